import type { MachineLoad } from '../../shared/contract/workbench.ts'

/** What the doctor looks at. Shares from 0 to 1. */
export interface Throughput {
  /** Share of the training time in which steps waited for images. */
  readonly waiting: number
  readonly batchSize: number
  /** Whether the network is trained on a GPU. */
  readonly onGpu: boolean
  readonly load?: MachineLoad | undefined
}

export interface Advice {
  readonly limit: 'data' | 'device'
  /** What limits the run, and what to do about it. */
  readonly text: string
}

/** Below this share of waiting, images come fast enough. */
const bearable = 0.05
/** From this utilisation on, a device is taken to be busy. */
const busy = 0.85

const percent = (share: number) => `${Math.round(100 * share)}%`

/** What limits a run's speed, in a sentence or two. */
export function throughputAdvice({ waiting, batchSize, onGpu, load }: Throughput): Advice {
  if (waiting >= bearable)
    return { limit: 'data', text: `Training waits for images ${percent(waiting)} of the time. ${dataAdvice(load)}` }
  return { limit: 'device', text: onGpu ? gpuAdvice(batchSize, load) : cpuAdvice() }
}

function dataAdvice(load: MachineLoad | undefined): string {
  if (!load) return 'Store smaller images or use a faster disk.'
  if (load.cpu >= busy)
    return `The processor is ${percent(load.cpu)} busy, so decoding is the limit: store the images smaller, with the short side near data.evaluationResize, or train where there are more cores.`
  return `The processor is only ${percent(load.cpu)} busy, so reading is the limit: move the dataset to a faster disk, and leave memory free to cache it.`
}

function gpuAdvice(batchSize: number, load: MachineLoad | undefined): string {
  const gpu = load?.gpus.reduce((most, one) => (one.utilisation > most.utilisation ? one : most), load.gpus[0]!)
  if (!gpu || gpu.utilisation >= busy)
    return 'Images come fast enough and the GPU is the limit: a smaller data.imageSize or a smaller network would be faster.'
  const room = gpu.memoryUsed < 0.5 * gpu.memoryTotal ? ' There is memory for it.' : ''
  return `Images come fast enough, yet the GPU is only ${percent(gpu.utilisation)} busy: steps of ${batchSize} images are too small to fill it; raise data.batchSize.${room}`
}

function cpuAdvice(): string {
  return 'Images come fast enough and the processor, which trains, is the limit: a GPU, a smaller data.imageSize or a smaller network would be faster.'
}
