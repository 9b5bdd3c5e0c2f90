import { statfsSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Builds } from '../host/builds/builds.ts'
import { offerBuild, sizesOf } from '../host/builds/offer.ts'
import { fetchDisplay } from '../cli/fetch-display.ts'
import { Workbench } from '../host/workbench.ts'
import { buildNames, type BuildName } from '../shared/contract/builds.ts'
import type { GpuFacts } from '../shared/contract/gpu.ts'
import { gpuVerdict } from '../shared/contract/gpu-verdict.ts'
import { gigabytes } from '../shared/format-bytes.ts'
import { buildOf, cachedBuild } from '../storage/builds/builds.ts'
import { gpuSigns } from '../storage/builds/gpu-signs.ts'
import { findBuild, findLibrary, wantedBuild } from '../storage/builds/library.ts'
import { nearestFolder } from '../storage/nearest-folder.ts'
import { say } from './progress.ts'

export interface FetchOptions {
  readonly env: NodeJS.ProcessEnv
  /** Check the checksums of what is there, and fetch anew what differs. */
  readonly repair?: boolean
  /** Look for a GPU even where TensorFlow is there already: set-up itself was asked for. */
  readonly offer?: boolean
  /** The build that was asked for. */
  readonly build?: BuildName
  /** A folder or a server that has the wheels, in the place of pip's index. */
  readonly mirror?: string
  /** A file with NVIDIA's packages in other versions. */
  readonly pins?: string
}

/**
 * Makes sure that TensorFlow can be loaded: from the folder that `ANNEAL_TENSORFLOW` names, or else from the cache of
 * this person, which is filled with the build that was asked for, or that suits the machine. Throws
 * `TensorFlowLibraryError`, `StorageError` or `UsageError`.
 */
export async function fetchTensorFlow(options: FetchOptions): Promise<void> {
  const { env } = options
  if (env.ANNEAL_TENSORFLOW) return useNamedFolder(env, options)
  const present = buildNames.filter((name) => findBuild(name, env)?.source === 'cache')
  const names = await wanted(options, present)
  // A signal ends this process at once, and pip with it; what has come is kept.
  const stop = (signal: NodeJS.Signals) => process.exit(signal === 'SIGINT' ? 130 : 143)
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    for (const name of names) await fetch(name, options)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** The builds to be fetched, or to be looked at. @param present those that are there */
async function wanted(
  { env, repair, offer, build = wantedBuild(env) }: FetchOptions,
  present: readonly BuildName[],
): Promise<readonly BuildName[]> {
  if (build !== undefined || present.length === 0) return [await choose(env, build)]
  if (repair) return present
  return offer && !present.includes('cuda') ? [await choose(env, undefined)] : []
}

function useNamedFolder(env: NodeJS.ProcessEnv, { repair, build }: FetchOptions): void {
  const { folder } = findLibrary(env)
  if (repair || build)
    say(`ANNEAL_TENSORFLOW names ${folder}, which is not set-up's to change; unset it to fetch or repair a build.`)
}

async function choose(env: NodeJS.ProcessEnv, asked: BuildName | undefined): Promise<BuildName> {
  const gpu = asked === 'cpu' ? undefined : await gpuFacts()
  const { bavail, bsize } = statfsSync(nearestFolder(cachedBuild(env, 'cuda')))
  const canAsk = Boolean(process.stdin.isTTY && process.stderr.isTTY)
  const offer = offerBuild({ asked, gpu, freeBytes: bavail * bsize, canAsk })
  if (offer.note !== undefined) say(offer.note)
  return offer.ask && !(await says(gpu!)) ? 'cpu' : offer.build
}

/** Asked only where the disk tells of a card: the driver is asked in a process of its own, which takes a second. */
async function gpuFacts(): Promise<GpuFacts | undefined> {
  const { kernelDriver, hasDeviceFile, isWsl, cards } = gpuSigns()
  if (kernelDriver === undefined && !hasDeviceFile && !isWsl && cards === 0) return undefined
  return new Workbench().describeGpu()
}

async function says(gpu: GpuFacts): Promise<boolean> {
  const { downloadBytes, diskBytes } = sizesOf(buildOf('cuda')!)
  const [finding] = gpuVerdict({ ...gpu, build: 'cuda', closed: [] }).findings
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const question = `A GPU is here: ${finding!.detail}.\nFetch TensorFlow's CUDA build for it (${gigabytes(downloadBytes)}, ${gigabytes(diskBytes)} of disk meanwhile)? [Y/n] `
    return !/^\s*n/i.test(await line.question(question))
  } finally {
    line.close()
  }
}

async function fetch(name: BuildName, { env, repair, mirror, pins }: FetchOptions): Promise<void> {
  const display = fetchDisplay()
  try {
    await new Builds(env).fetch(name, { repair, mirror, pins, say: display.say, onProgress: display.show })
  } finally {
    display.end()
  }
}
