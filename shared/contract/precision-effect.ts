import type { DeviceDescription } from './trainer.ts'
import type { Recipe } from '../recipe/schema.ts'

type Precision = Recipe['precision']

/** The switches of the precision group that a device may not answer to. The two kinds of half precision are apart. */
export const precisionSwitches = [
  'amp=fp16',
  'amp=bf16',
  'tf32',
  'xla',
  'deterministic',
  'quantize',
  'oneDnn',
  'intraOpThreads',
  'interOpThreads',
  'gpuMemoryFraction',
] as const

export type PrecisionSwitch = (typeof precisionSwitches)[number]

/** Whether a switch changes anything on a device, and one sentence: what, or why not. */
export interface Effect {
  readonly effective: boolean
  readonly reason: string
}

const yes = (reason: string): Effect => ({ effective: true, reason })
const no = (reason: string): Effect => ({ effective: false, reason })

/** What a switch does on a device. */
export function effectOf(name: PrecisionSwitch, device: DeviceDescription): Effect {
  return device.type === 'GPU' ? onGpu(name, Number(device.computeCapability ?? NaN)) : onCpu(name, device)
}

/**
 * The switch that a key of the precision group works by at a value, for a form; none for `amp` that is off and for the keys
 * that only go with another (the loss scale, the delay of quantisation).
 */
export function switchOf(key: keyof Precision, value: unknown): PrecisionSwitch | undefined {
  const name = key === 'amp' ? `amp=${String(value)}` : key
  return precisionSwitches.find((known) => known === name)
}

/** NVIDIA's compute capabilities: 7.0 is Volta, 8.0 Ampere. One that is not known is NaN, and smaller than none of them. */
const isOlder = (capability: number, than: number) => capability < than

function onGpu(name: PrecisionSwitch, capability: number): Effect {
  const generation = `Its compute capability is ${capability.toFixed(1)}`
  switch (name) {
    case 'amp=fp16':
      return isOlder(capability, 7)
        ? yes(`${generation}: it has no Tensor Cores (7.0 and up), so float16 saves memory but hardly time.`)
        : yes('Convolutions run on Tensor Cores in float16.')
    case 'amp=bf16':
      return isOlder(capability, 8)
        ? no(`${generation}: bfloat16 takes 8.0 (Ampere) or newer; use fp16.`)
        : yes('Convolutions run on Tensor Cores in bfloat16, which needs no loss scale.')
    case 'tf32':
      return isOlder(capability, 8)
        ? no(`${generation}: TensorFloat-32 takes 8.0 (Ampere) or newer.`)
        : yes('Convolutions and matrix products that are left in float32 run on Tensor Cores.')
    case 'xla':
      return yes('Element-wise operations are compiled into few kernels; the first steps wait for the compiler.')
    case 'deterministic':
      return yes('Only kernels that add up in a fixed order are used, which takes time.')
    case 'quantize':
      return yes('The network is trained for 8-bit weights and activations; the training itself gets slower.')
    case 'oneDnn':
      return no('oneDNN has kernels for the CPU only.')
    case 'intraOpThreads':
    case 'interOpThreads':
      return yes('The input pipeline runs on the CPU; the network does not.')
    case 'gpuMemoryFraction':
      return yes('The share is taken at the start; without it, memory is taken as it is needed.')
  }
}

function onCpu(name: PrecisionSwitch, { halfPrecision = [] }: DeviceDescription): Effect {
  switch (name) {
    case 'amp=fp16':
      return yes(
        halfPrecision.includes('fp16')
          ? 'The CPU computes in float16 itself.'
          : slowHalf('float16', 'AVX-512 FP16 or AMX-FP16'),
      )
    case 'amp=bf16':
      return yes(
        halfPrecision.includes('bf16')
          ? 'The CPU computes in bfloat16 itself.'
          : slowHalf('bfloat16', 'AVX-512 BF16 or AMX-BF16'),
      )
    case 'tf32':
      return no('TensorFloat-32 is a mode of NVIDIA GPUs, from Ampere on.')
    case 'xla':
      return yes('The step is compiled for the CPU, where oneDNN is usually faster.')
    case 'deterministic':
      return no('On a CPU the same seed gives the same bits without it.')
    case 'quantize':
      return yes('The network is trained for 8-bit weights and activations; the training itself gets slower.')
    case 'oneDnn':
      return yes("Convolutions and matrix products run in oneDNN's kernels.")
    case 'intraOpThreads':
    case 'interOpThreads':
      return yes('Both the network and the input pipeline run on these threads.')
    case 'gpuMemoryFraction':
      return no('There is no GPU memory to take.')
  }
}

const slowHalf = (type: string, instructions: string) =>
  `Results are those of ${type}, but this CPU has no arithmetic for it (${instructions}): training gets slower.`
