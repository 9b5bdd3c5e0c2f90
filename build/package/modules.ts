import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Lock {
  /** By folder: `node_modules/a/node_modules/b`. */
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string
        readonly license?: string
        readonly dependencies?: Readonly<Record<string, string>>
        readonly optionalDependencies?: Readonly<Record<string, string>>
      }
    >
  >
}

export const readLock = (root: string): Lock =>
  JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock

/** What is not bundled: it brings native code or finds its own files, so it lies outside of the archive, as it is. */
export const unbundled = ['koffi', 'sharp', '@tensorflow/tfjs', '@tensorflow/tfjs-node-gpu']

/**
 * What those name as needed and never load here: the web's shims, command lines of their own, the installer of a
 * compiled addon that our binding stands for, and a `fetch` that Node has itself. The package's own test runs without.
 */
export const neverLoaded = [
  ...['argparse', 'chalk', 'core-js', 'regenerator-runtime', 'yargs'],
  ...['@mapbox/node-pre-gyp', 'adm-zip', 'https-proxy-agent', 'progress', 'rimraf', 'tar'],
  ...['node-fetch', 'string_decoder', '@emnapi/runtime'],
  ...['@types/long', '@types/node-fetch', '@types/offscreencanvas', '@types/seedrandom', '@webgpu/types'],
]

/**
 * The folders of some packages and of all that they need, as package-lock.json tells them.
 * @param without names that are left out, with what only they need
 */
export function foldersOf(names: readonly string[], lock: Lock, without: readonly string[] = []): string[] {
  const found = new Set<string>()
  const add = (name: string, from: string) => {
    const folder = without.includes(name) ? undefined : resolve(name, from, lock)
    // An optional package for another platform is not there.
    if (folder === undefined || found.has(folder)) return
    found.add(folder)
    const { dependencies, optionalDependencies } = lock.packages[folder]!
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) add(needed, folder)
  }
  for (const name of names) add(name, '')
  return [...found].sort()
}

/** As Node looks for it: in the folder that asks, and then in those above. */
function resolve(name: string, from: string, lock: Lock): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (folder in lock.packages) return folder
  if (from === '') return undefined
  return resolve(name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), lock)
}

/** Folders of a package that hold what it is made or tested from, or what another machine needs. */
const foldersLeftOut = /^(src|test|tests|testing|docs?|install|scripts|vendor|bindings?|musl_\w+)$/
const filesKept = /(\.[cm]?js|\.json|\.node|\.dll|\.dylib|\.so[.\d]*|^licen[cs]e.*)$/i

/** Packages that keep their program where others keep sources, or that hold it in many forms and load one. */
const rules: Readonly<Record<string, RegExp>> = {
  'node_modules/long': /^(src\/long\.js|package\.json|LICENSE)$/,
  'node_modules/google-protobuf': /^(google-protobuf\.js|package\.json|LICENSE.*)$/,
  'node_modules/seedrandom': /^(lib\/\w+\.js|seedrandom\.js|index\.js|package\.json)$/,
  'node_modules/koffi': /^(src\/koffi\/(src\/)?\w+\.c?js|\w+\.c?js|package\.json|LICENSE.*)$/,
}
const ofTensorFlowJs = /^(dist\/tf[\w-]*\.node\.js|package\.json|LICENSE)$/

/**
 * Whether a file of a package is needed when Anneal runs.
 * @param folder as package-lock.json has it
 * @param path within the folder, with `/`
 */
export function isPacked(folder: string, path: string): boolean {
  const rule = rules[folder]
  if (rule) return rule.test(path)
  if (folder.startsWith('node_modules/@tensorflow/') && !folder.endsWith('/tfjs-node-gpu'))
    return ofTensorFlowJs.test(path)
  const parts = path.split('/')
  const name = parts.pop()!
  return !parts.some((part) => foldersLeftOut.test(part)) && filesKept.test(name) && !/_test\.js$/.test(name)
}

/** Copies of each folder that is installed what Anneal needs, without what lies in it for others. */
export function copyModules(folders: readonly string[], root: string, target: string): void {
  for (const folder of folders)
    for (const path of filesIn(join(root, folder)))
      if (isPacked(folder, path)) {
        const file = join(target, folder, path)
        mkdirSync(dirname(file), { recursive: true })
        copyFileSync(join(root, folder, path), file)
      }
}

/** Relative, with `/`; none where the folder is not there, as one for another platform. */
function filesIn(folder: string, within = ''): string[] {
  const here = join(folder, within)
  if (!existsSync(here)) return []
  return readdirSync(here, { withFileTypes: true }).flatMap((entry) => {
    const path = within === '' ? entry.name : `${within}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesIn(folder, path)
    return entry.isFile() ? [path] : []
  })
}
