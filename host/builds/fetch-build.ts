import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { tensorFlowName, type BuildName, type FetchProgress } from '../../shared/contract/builds.ts'
import { TensorFlowLibraryError } from '../../shared/errors.ts'
import { buildOf, cachedBuild, version, type Build, type NvidiaPackage } from '../../storage/builds/builds.ts'
import { readLaidOut, type Part, type PartFile } from '../../storage/builds/laid-out.ts'
import { findBuild, noBuild, verifyBuild } from '../../storage/builds/library.ts'
import { exclusively } from '../../storage/exclusively.mjs'
import { makeFolder } from '../../storage/files.ts'
import { asCacheError, checkRoom } from '../machine/cache-room.ts'
import { FetchMeter } from './fetch-meter.ts'
import { Parts } from './parts.ts'
import { chooseLibraries, chooseNvidia, unpackWheel, type Choose } from './unpack-wheel.ts'
import type { VersionedWheel, WheelSource } from './wheel-source.ts'

export interface FetchBuildOptions {
  readonly env: NodeJS.ProcessEnv
  readonly source: WheelSource
  /** Checks what is there by its checksums, and fetches anew what differs. */
  readonly repair?: boolean
  /** NVIDIA's packages in the place of those that are pinned here. */
  readonly packages?: readonly NvidiaPackage[] | undefined
  /** A line for people. */
  readonly say: (line: string) => void
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
  /** Ends it with the signal's reason; what has come stays. */
  readonly signal?: AbortSignal | undefined
}

type LayOutOptions = Pick<FetchBuildOptions, 'source' | 'say' | 'onProgress' | 'signal'>

/** A wheel, and what is wanted of it. */
interface Piece {
  readonly wheel: VersionedWheel
  readonly unpackedBytes: number
  readonly choose: Choose
  /** What must be among it, with its checksum. */
  readonly pinned: readonly { readonly name: string; readonly sha256: string }[]
}

/**
 * Has a build of TensorFlow in the cache of this person: fetches what is not there, wheel by wheel, checks each against
 * its checksum, unpacks it, and gives the folder its name when all is there. What has come stays where that is
 * interrupted. Throws `TensorFlowLibraryError` or `StorageError`.
 */
export async function fetchBuild(name: BuildName, options: FetchBuildOptions): Promise<void> {
  const known = buildOf(name)
  if (!known) throw new TensorFlowLibraryError(noBuild(name))
  const build = { ...known, packages: options.packages ?? known.packages }
  const target = cachedBuild(options.env, name)
  await exclusively(
    `tensorflow ${target}`,
    async () => {
      options.signal?.throwIfAborted()
      if (await isThere(build, target, options)) return
      await layOut(build, target, options)
      options.say(`TensorFlow ${tensorFlowName(version, name)} is in ${target}.`)
    },
    () => options.say('Waiting for another set-up that fetches TensorFlow ...'),
  )
}

async function isThere(
  build: Build,
  target: string,
  { env, repair, say, packages }: FetchBuildOptions,
): Promise<boolean> {
  if (findBuild(build.name, env)?.source !== 'cache') return false
  if (packages && !hasAll(target, packages)) return false
  if (!repair) return true
  say(`Checking TensorFlow ${version} in ${target} ...`)
  const damage = await verifyBuild(build.name, target)
  say(damage ? `It is damaged: ${damage}.` : 'It is whole.')
  return damage === null
}

function hasAll(target: string, packages: readonly NvidiaPackage[]): boolean {
  const present = new Set(readLaidOut(target)?.parts.map(({ file }) => file))
  return packages.every(({ file }) => present.has(file))
}

/** Fetches what a folder does not have of a build yet. For one process at a time. */
export async function layOut(build: Build, target: string, options: LayOutOptions): Promise<void> {
  const pieces = piecesOf(build)
  const parts = new Parts(target)
  const need = () => bytesNeeded(pieces, parts)
  try {
    makeFolder(dirname(target))
    checkRoom(dirname(target), 'TensorFlow', need())
    parts.open()
    await parts.keep(pieces.map(({ wheel }) => wheel))
    parts.finish(await fetchPieces(pieces, parts, options))
  } catch (error) {
    throw asCacheError(error, target, need())
  } finally {
    parts.dropIfEmpty()
  }
}

/** Beyond what is there. Each wheel goes when it is unpacked, so one at most is on the disk beside the tree. */
function bytesNeeded(pieces: readonly Piece[], parts: Parts): number {
  const left = pieces.filter(({ wheel }) => !parts.done(wheel))
  const unpacked = left.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0)
  return unpacked + Math.max(0, ...left.map(({ wheel }) => wheel.bytes - parts.come(wheel)))
}

/** Small ones first, so that a place that cannot be reached is known of soon. */
function piecesOf({ name, wheel, libraries, packages }: Build): Piece[] {
  const tensorFlow: Piece = {
    wheel: { ...wheel, version },
    unpackedBytes: libraries.reduce((sum, { bytes }) => sum + bytes, 0),
    choose: chooseLibraries(libraries, name === 'cuda' ? 'tensorflow' : ''),
    pinned: libraries,
  }
  const nvidia = packages.map((one): Piece => ({ ...one, wheel: one, choose: chooseNvidia, pinned: [] }))
  return [tensorFlow, ...nvidia].sort((a, b) => a.wheel.bytes - b.wheel.bytes)
}

async function fetchPieces(pieces: readonly Piece[], parts: Parts, options: LayOutOptions): Promise<Part[]> {
  const meter = new FetchMeter(
    pieces.map(({ wheel }) => wheel),
    options.onProgress,
  )
  const result: Part[] = []
  for (const piece of pieces) {
    options.signal?.throwIfAborted()
    const done = parts.done(piece.wheel)
    result.push(done ?? (await fetchPiece(piece, parts, meter, options)))
    meter.pass(piece.wheel.bytes, done !== undefined)
  }
  return result
}

async function fetchPiece(
  { wheel, choose, pinned }: Piece,
  parts: Parts,
  meter: FetchMeter,
  { source, say, signal }: LayOutOptions,
): Promise<Part> {
  say(`Fetching ${wheel.name} ${wheel.version} (${Math.round(wheel.bytes / 1e6)} MB) ...`)
  const file = await source.obtain(wheel, parts.downloads, {
    onBytes: (bytes) => meter.show('downloading', wheel.name, bytes),
    signal,
  })
  const unpacking = () => {
    signal?.throwIfAborted()
    meter.show('unpacking', wheel.name, wheel.bytes)
  }
  const files = await unpackWheel(file, choose, parts.tree, unpacking)
  checkUnpacked(file, files, pinned)
  const part = parts.record(wheel, files)
  if (dirname(file) === parts.downloads) rmSync(file)
  return part
}

function checkUnpacked(wheel: string, files: readonly PartFile[], pinned: Piece['pinned']): void {
  const absent = pinned.filter(({ name }) => !files.some(({ path }) => path.endsWith(name)))
  if (absent.length > 0 || files.length === 0)
    throw new TensorFlowLibraryError(
      `The wheel ${wheel} does not hold ${absent.map(({ name }) => name).join(' and ') || "any of NVIDIA's libraries"}.`,
    )
  for (const { name, sha256 } of pinned)
    if (!files.some((file) => file.path.endsWith(name) && file.sha256 === sha256))
      throw new TensorFlowLibraryError(
        `${name} came out of the wheel damaged; check this machine's memory and disk, and run it again.`,
      )
}
