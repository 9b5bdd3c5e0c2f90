import { join } from 'node:path'
import { buildNames, type BuildName } from '../../shared/contract/builds.ts'
import type { LibraryCandidate } from '../../shared/contract/trainer.ts'
import { TensorFlowLibraryError } from '../../shared/errors.ts'
import { buildOf, cachedBuild, folderName, librariesIn, libraryNames, thisPlatform, version } from './builds.ts'
import { elfDamage } from './elf.ts'
import { laidOutFile, readLaidOut, sizeOf, wrongContent, wrongFile } from './laid-out.ts'
import { machODamage } from './mach-o.ts'

/**
 * The folders where TensorFlow is looked for, the first first: what `ANNEAL_TENSORFLOW` names, and each build in the cache
 * and in the package, whose resources `ANNEAL_RESOURCES` names. Where `ANNEAL_BUILD` is set only that build counts.
 * Throws `TensorFlowLibraryError` where it names none.
 */
export function libraryCandidates(env: NodeJS.ProcessEnv, platform: string = thisPlatform): LibraryCandidate[] {
  const wanted = wantedBuild(env)
  const builds = (wanted === undefined ? buildNames : [wanted]).flatMap((name) => placesOf(name, env, platform))
  return env.ANNEAL_TENSORFLOW ? [examineNamed(env.ANNEAL_TENSORFLOW, platform), ...builds] : builds
}

/** The build that `ANNEAL_BUILD` names. Throws `TensorFlowLibraryError` where that is none. */
export function wantedBuild({ ANNEAL_BUILD: wanted }: NodeJS.ProcessEnv): BuildName | undefined {
  if (!wanted) return undefined
  const known = buildNames.find((name) => name === wanted)
  if (known !== undefined) return known
  throw new TensorFlowLibraryError(`ANNEAL_BUILD is ${wanted}, and must be ${buildNames.join(' or ')}, or be unset.`)
}

/**
 * The folder to load TensorFlow from. Where `ANNEAL_TENSORFLOW` or `ANNEAL_BUILD` is set nothing else is tried: silently
 * taking another build would be worse than an error. Nothing is loaded, since loading a library that was cut short
 * kills the process. Throws `TensorFlowLibraryError`.
 */
export function findLibrary(env: NodeJS.ProcessEnv, platform: string = thisPlatform): LibraryCandidate {
  const candidates = libraryCandidates(env, platform)
  const [first] = candidates
  const found =
    first?.source === 'environment'
      ? first.state === 'usable' && first
      : candidates.find(({ state }) => state === 'usable')
  if (found) return found
  throw new TensorFlowLibraryError(advice(candidates, env, platform))
}

/** What is known of a build where it may lie; the first place that is whole counts. */
export function findBuild(
  name: BuildName,
  env: NodeJS.ProcessEnv,
  platform: string = thisPlatform,
): LibraryCandidate | undefined {
  return placesOf(name, env, platform).find(({ state }) => state === 'usable')
}

/** Where a build may lie, the first place first; none where the platform has no such build. */
export function placesOf(name: BuildName, env: NodeJS.ProcessEnv, platform: string = thisPlatform): LibraryCandidate[] {
  const packed = env.ANNEAL_RESOURCES ? [join(env.ANNEAL_RESOURCES, 'tensorflow', folderName(name))] : []
  return [
    examine('cache', name, cachedBuild(env, name), platform),
    ...packed.map((folder) => examine('package', name, folder, platform)),
  ].filter((candidate) => candidate !== undefined)
}

/**
 * Reads all files of a build in full and compares their SHA-256 with what they should be; takes seconds.
 * Returns what is wrong, or `null`.
 * @param folder of the build itself
 */
export async function verifyBuild(name: BuildName, folder: string): Promise<string | null> {
  const found = examine('cache', name, folder, thisPlatform)
  if (found?.state !== 'usable') return found?.detail ?? `there is no ${name} build for ${thisPlatform}`
  const build = buildOf(name)!
  const libraries = build.libraries.map(({ name: path, ...rest }) => ({ path, ...rest }))
  const parts = readLaidOut(folder)?.parts ?? []
  const wrong =
    (await wrongContent(found.folder, libraries)) ??
    (await wrongContent(
      folder,
      parts.flatMap(({ files }) => files),
    ))
  return wrong ?? null
}

function examine(
  source: LibraryCandidate['source'],
  name: BuildName,
  root: string,
  platform: string,
): LibraryCandidate | undefined {
  const build = buildOf(name, platform)
  if (!build) return undefined
  const folder = librariesIn(root, name)
  const told = { source, build: name, folder }
  const absent = build.libraries.filter((file) => sizeOf(join(folder, file.name)) === null)
  if (absent.length > 0)
    return { ...told, state: absent.length === build.libraries.length ? 'missing' : 'damaged', detail: missing(absent) }
  const libraries = build.libraries.map(({ name: path, bytes }) => ({ path, bytes }))
  const damage = wrongFile(folder, libraries) ?? (build.packages.length > 0 ? partDamage(root) : undefined)
  return damage === undefined
    ? { ...told, state: 'usable', detail: `TensorFlow ${version}` }
    : { ...told, state: 'damaged', detail: damage }
}

const missing = (files: readonly { readonly name: string }[]) =>
  `${files.map(({ name }) => name).join(' and ')} ${files.length > 1 ? 'are' : 'is'} missing`

/** Of NVIDIA's libraries beside TensorFlow's. */
function partDamage(root: string): string | undefined {
  const laidOut = readLaidOut(root)
  if (!laidOut) return `${laidOutFile}, the list of its files, is missing or cannot be read`
  return wrongFile(
    root,
    laidOut.parts.flatMap(({ files }) => files),
  )
}

const osOf = (platform: string) => platform.split('-')[0] as NodeJS.Platform

/** A folder that the variable names may hold another build, so only the shape of the files can be checked. */
function examineNamed(folder: string, platform: string): LibraryCandidate {
  const told = { source: 'environment', folder } as const
  const names = libraryNames(osOf(platform)).map((name) => ({ name }))
  const absent = names.filter(({ name }) => sizeOf(join(folder, name)) === null)
  if (absent.length > 0)
    return { ...told, state: absent.length === names.length ? 'missing' : 'damaged', detail: missing(absent) }
  for (const { name } of names) {
    const damage = damageOf(join(folder, name), platform)
    if (damage) return { ...told, state: 'damaged', detail: `${name} ${damage}` }
  }
  return { ...told, state: 'usable', detail: 'both libraries are there' }
}

function damageOf(file: string, platform: string): string | null {
  try {
    return platform.startsWith('darwin') ? machODamage(file) : elfDamage(file)
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code})`
  }
}

function advice(candidates: readonly LibraryCandidate[], env: NodeJS.ProcessEnv, platform: string): string {
  const [first] = candidates
  if (first?.source === 'environment')
    return `ANNEAL_TENSORFLOW names ${first.folder}, but there ${first.detail}; set it to a folder with both TensorFlow libraries, or unset it and ${env.ANNEAL_RESOURCES ? 'start Anneal again' : 'run "npm run setup"'}.`
  const wanted = wantedBuild(env)
  if (first === undefined) return noBuild(wanted, platform)
  const told = candidates.find(({ state }) => state === 'damaged') ?? first
  const what = `TensorFlow${told.build === 'cuda' ? "'s CUDA build" : ''}`
  return told.state === 'damaged'
    ? `${what} in ${told.folder} is damaged (${told.detail}); ${howToFetch(told.build, env, true)} to fetch it again.`
    : `${what} ${version} is not in ${told.folder}; ${howToFetch(told.build, env, false)} to fetch it.`
}

/** What to do where TensorFlow has no build for a platform, as a sentence. */
export function noBuild(wanted: BuildName | undefined, platform: string = thisPlatform): string {
  if (platform.startsWith('win32'))
    return 'TensorFlow has no build for Windows that Anneal can use; run Anneal in WSL 2, or open in a browser the page that "anneal serve" serves on another machine: docs/windows.md says how.'
  return `TensorFlow has no ${wanted === 'cuda' ? 'CUDA ' : ''}build for ${platform} that Anneal knows; set ANNEAL_TENSORFLOW to a folder with ${libraryNames(osOf(platform)).join(' and ')} to try one here.`
}

/** How a person has a build fetched. */
export function howToFetch(build: BuildName | undefined, env: NodeJS.ProcessEnv, isDamaged: boolean): string {
  const repair = isDamaged ? ['--repair'] : []
  // In a package there is no set-up.
  if (env.ANNEAL_RESOURCES) return `run "${['anneal builds fetch', build ?? 'cpu', ...repair].join(' ')}"`
  const options = [...(build === 'cuda' ? ['--gpu'] : []), ...repair]
  return `run "npm run setup${options.length > 0 ? ` -- ${options.join(' ')}` : ''}"`
}
