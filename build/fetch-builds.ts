import { statfsSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Builds } from '../host/builds/builds.ts'
import { offerBuild, sizesOf } from '../host/builds/offer.ts'
import { fetchDisplay } from '../cli/fetch-display.ts'
import { Workbench } from '../host/workbench.ts'
import type { BuildName } from '../shared/contract/builds.ts'
import type { GpuFacts } from '../shared/contract/gpu.ts'
import { gpuVerdict } from '../shared/contract/gpu-verdict.ts'
import { gigabytes } from '../shared/format-bytes.ts'
import { buildOf, cachedBuild } from '../storage/builds/builds.ts'
import { tellsOfGpu } from '../storage/builds/gpu-signs.ts'
import { nearestFolder } from '../storage/nearest-folder.ts'
import type { FetchOptions } from './fetch-tensorflow.ts'
import { say } from './progress.ts'

/**
 * Fetches or repairs the builds that are wanted. Throws `TensorFlowLibraryError`, `StorageError` or `UsageError`.
 * @param present those that are there
 */
export async function fetchBuilds(present: readonly BuildName[], options: FetchOptions): Promise<void> {
  const { env, repair, build } = options
  const isAboutAll = repair && build === undefined && present.length > 0
  const names = isAboutAll ? present : [await choose(env, build)]
  // A signal ends this process at once, and pip with it; what has come is kept.
  const stop = (signal: NodeJS.Signals) => process.exit(signal === 'SIGINT' ? 130 : 143)
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    for (const name of names) await fetch(name, options)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
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
const gpuFacts = async (): Promise<GpuFacts | undefined> => (tellsOfGpu() ? new Workbench().describeGpu() : undefined)

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
