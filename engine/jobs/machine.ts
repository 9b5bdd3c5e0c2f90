import { cpus } from 'node:os'
import type { DeviceDescription, MachineDescription } from '../../shared/contract/trainer.ts'
import { cpuFlags, devices, loadedLibrary, tensorFlowVersion } from '../tensorflow/c-api/index.ts'

/** Environment variables that change what TensorFlow computes or how fast. */
const switches =
  /^(TF_(CPP|CUDNN|DETERMINISTIC|DISABLE|ENABLE|FORCE|GPU|NUM|ONEDNN|SYNC|AUTOTUNE|USE|XLA)_|NVIDIA_TF32|XLA_|CUDA_|OMP_|KMP_|ANNEAL_GPU_)/

/** The switches as TensorFlow sees them in this process. */
export const switchesInEffect = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env)
      .filter((entry): entry is [string, string] => switches.test(entry[0]) && entry[1] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

/** Loads TensorFlow and says what it finds. */
export function describeMachine(): MachineDescription {
  return {
    tensorFlow: { version: tensorFlowVersion(), ...whichBuild(loadedLibrary()) },
    devices: devices().map((device) => (device.type === 'CPU' ? { ...device, ...describeCpu() } : device)),
    environment: switchesInEffect(),
  }
}

const whichBuild = ({ folder, build }: ReturnType<typeof loadedLibrary>) => ({ folder, ...(build && { build }) })

function describeCpu(): Pick<DeviceDescription, 'model' | 'halfPrecision'> {
  const model = cpus()[0]?.model.trim()
  return { ...(model && { model }), halfPrecision: halfPrecisionOf(cpuFlags()) }
}

/** The half-precision types that a CPU of these Linux flags has arithmetic for. */
export function halfPrecisionOf(flags: string): ('fp16' | 'bf16')[] {
  const has = new Set(flags.split(/\s+/))
  const some = (...names: string[]) => names.some((name) => has.has(name))
  return [
    ...(some('avx512_fp16', 'amx_fp16') ? (['fp16'] as const) : []),
    ...(some('avx512_bf16', 'amx_bf16') ? (['bf16'] as const) : []),
  ]
}
