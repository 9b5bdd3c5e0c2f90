import type { BuildName } from '../../shared/contract/builds.ts'
import type { GpuFacts } from '../../shared/contract/gpu.ts'
import { gpuVerdict } from '../../shared/contract/gpu-verdict.ts'
import { UsageError } from '../../shared/errors.ts'
import { gigabytes } from '../../shared/format-bytes.ts'
import { buildOf, thisPlatform, type NvidiaPackage } from '../../storage/builds/builds.ts'

export interface OfferFacts {
  /** The build that a person asked for. */
  readonly asked?: BuildName | undefined
  /** As the pins name it, e.g. `linux-x64`. */
  readonly platform?: string
  /** Without it, nothing tells of a GPU. */
  readonly gpu?: GpuFacts | undefined
  /** Where the build would lie. */
  readonly freeBytes: number
  /** Whether what is to be fetched can be; `undefined` where that is not known yet. */
  readonly reachable?: boolean | undefined
  /** Whether there is somebody to answer. */
  readonly canAsk: boolean
}

export interface Offer {
  readonly build: BuildName
  /** It is to be fetched only if a person says so. */
  readonly ask: boolean
  /** What a person is to know of it, as sentences. */
  readonly note?: string
}

/** Which build of TensorFlow suits a machine. Throws `UsageError` for one that was asked for and does not exist. */
export function offerBuild(facts: OfferFacts): Offer {
  const { asked, platform = thisPlatform, freeBytes, reachable, canAsk } = facts
  const cuda = buildOf('cuda', platform)
  const cpu = (note?: string): Offer => ({ build: 'cpu', ask: false, ...(note !== undefined && { note }) })
  if (asked === 'cpu') return cpu()
  if (!cuda) {
    if (asked === 'cuda')
      throw new UsageError(`TensorFlow has no CUDA build for ${platform}; it is for Linux x64, and WSL 2 on Windows.`)
    return cpu()
  }
  const card = cardOf(facts.gpu)
  if (asked === 'cuda') return { build: 'cuda', ask: false, ...(card.problem !== undefined && { note: card.problem }) }
  if (!card.isUsable) return cpu(card.problem)
  const { downloadBytes, diskBytes } = sizesOf(cuda)
  if (freeBytes < diskBytes)
    return cpu(
      `There is a GPU that can train, but TensorFlow's CUDA build needs ${gigabytes(diskBytes)} and ${gigabytes(freeBytes)} are free; free some, and ask for it with --gpu.`,
    )
  if (reachable === false)
    return cpu(
      "There is a GPU that can train, but TensorFlow's CUDA build cannot be fetched without a network; ask for it with --gpu when there is one, or with --mirror from a folder.",
    )
  if (!canAsk)
    return cpu(
      `There is a GPU that can train; TensorFlow's CUDA build for it (${gigabytes(downloadBytes)}) is fetched with --gpu.`,
    )
  return { build: 'cuda', ask: true }
}

/** Whether the card itself would do, whichever build is there now. */
function cardOf(gpu: GpuFacts | undefined): { readonly isUsable: boolean; readonly problem?: string } {
  if (!gpu) return { isUsable: false }
  const { state, findings } = gpuVerdict({ ...gpu, build: 'cuda', closed: [] })
  if (state === 'usable') return { isUsable: true }
  const problem = findings[0]!.detail
  return state === 'none' ? { isUsable: false } : { isUsable: false, problem }
}

/** Bytes: of all wheels, and what is on the disk at most meanwhile. */
export function sizesOf(build: {
  readonly wheel: { readonly bytes: number }
  readonly libraries: readonly { readonly bytes: number }[]
  readonly packages: readonly NvidiaPackage[]
}): { readonly downloadBytes: number; readonly diskBytes: number } {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const wheels = [build.wheel.bytes, ...build.packages.map(({ bytes }) => bytes)]
  const unpacked = [...build.libraries.map(({ bytes }) => bytes), ...build.packages.map((one) => one.unpackedBytes)]
  return { downloadBytes: sum(wheels), diskBytes: sum(unpacked) + Math.max(...wheels) }
}
