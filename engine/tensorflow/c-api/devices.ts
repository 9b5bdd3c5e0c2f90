import { cudaDriver } from './cuda.ts'
import { Graph } from './graph.ts'
import { Session, type Device } from './session.ts'

/** A device that TensorFlow computes on. */
export interface DescribedDevice extends Device {
  /** Of a GPU, where its driver tells them. */
  readonly model?: string
  readonly computeCapability?: string
}

let found: readonly DescribedDevice[] | undefined

/** The devices of this process, in TensorFlow's order; loads TensorFlow at the first call. */
export function devices(): readonly DescribedDevice[] {
  return (found ??= list())
}

/** Whether graphs of this process run on a GPU. */
export const hasGpu = (): boolean => devices().some(({ type }) => type === 'GPU')

function list(): DescribedDevice[] {
  using graph = new Graph()
  using session = new Session(graph)
  const all = session.devices()
  const cuda = all.some(({ type }) => type === 'GPU') ? cudaGpus() : []
  return all.map((device) => ({ ...device, ...(device.type === 'GPU' && cuda[ordinal(device.name)]) }))
}

/** In the driver's order, which is TensorFlow's; the memory is TensorFlow's own figure. */
function cudaGpus() {
  const driver = cudaDriver()
  return driver.state === 'ready'
    ? driver.gpus.map(({ model, computeCapability }) => ({ model, computeCapability }))
    : []
}

/** The number at the end of a name, e.g. 1 of `/job:localhost/replica:0/task:0/device:GPU:1`. */
const ordinal = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0)
