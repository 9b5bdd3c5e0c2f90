import { build, Platform } from 'electron-builder'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { formatBytes } from '../../shared/format-bytes.ts'
import { root } from '../node-bundle.ts'
import { say } from '../progress.ts'
import { runProgram } from '../spawn.mjs'
import { builderConfig } from './builder-config.ts'
import { architecture, makeDeb, type About } from './deb.ts'
import { writeFeed, type Made } from './feed.ts'
import { drawIcons } from './icons.ts'

/** The folder that `npm run package` makes on this machine. */
export const packagedFolder = join(root, `out/Anneal-${process.platform}-${process.arch}`)
/** Where the packages go. */
export const output = join(root, 'out/make')

interface Target {
  readonly name: string
  /** Makes it and returns its file. Throws where it cannot be made. */
  readonly make: () => Promise<string>
}

/** Makes what can be made here from the packaged folder; says of each what came of it. Returns the exit status. */
export async function makePackages(): Promise<number> {
  rmSync(output, { recursive: true, force: true })
  mkdirSync(output, { recursive: true })
  const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as About
  const made: Made[] = []
  for (const { name, make } of targets(about)) {
    say(`Making the ${name} ...`)
    try {
      const file = await make()
      say(`The ${name} is ${file} (${formatBytes(statSync(file).size)}).`)
      made.push({ kind: name, file })
    } catch (error) {
      say(`The ${name} was not made: ${reason(error)}`)
    }
  }
  const feed = await writeFeed(output, about.version, made)
  if (feed !== undefined) say(`The feed that tells of them is ${feed}; docs/desktop.md says how it is published.`)
  return made.length > 0 ? 0 : 1
}

function targets(about: About): Target[] {
  if (process.platform !== 'linux') return ['dmg', 'zip'].map((name) => ({ name, make: () => byBuilder(name) }))
  const deb = join(output, `anneal_${about.version}_${architecture}.deb`)
  return [
    { name: 'deb', make: () => debianPackage(deb, about) },
    { name: 'tar.gz', make: () => archive(about) },
    { name: 'AppImage', make: () => byBuilder('AppImage') },
  ]
}

async function debianPackage(file: string, about: About): Promise<string> {
  if (spawnSync('dpkg-deb', ['--version']).error)
    throw new Error('dpkg-deb, which makes it, is not on this machine; install the package dpkg.')
  await makeDeb(packagedFolder, file, join(root, 'out/deb'), about)
  return file
}

async function archive({ version }: About): Promise<string> {
  const file = join(output, `anneal-${version}-linux-${process.arch}.tar.gz`)
  const name = basename(packagedFolder)
  const owner = ['--owner=0', '--group=0', '--numeric-owner', `--transform=s,^${name},anneal-${version},`]
  const status = await runProgram('tar', ['-C', dirname(packagedFolder), ...owner, '-czf', file, name])
  if (status !== 0) throw new Error(`tar ended with status ${status}.`)
  return file
}

/** electron-builder packs the folder as it is: fuses and resources are Forge's. */
async function byBuilder(target: string): Promise<string> {
  const icons = join(root, 'out/icons')
  await drawIcons(icons)
  const files = await build({
    targets: Platform.current().createTarget(target),
    prepackaged: packagedFolder,
    config: builderConfig(icons, output),
  })
  const file = files.find((name) => !name.endsWith('.blockmap'))
  if (file === undefined) throw new Error('electron-builder made no file.')
  return file
}

/** As a sentence, with what to do where its tools are not to be had. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (!/ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|fetch failed|download/i.test(message)) return message
  return 'electron-builder fetches tools for it, and their host cannot be reached. Make it where that can be reached; for an AppImage APPIMAGE_TOOLS_PATH may name a folder with its tools.'
}
