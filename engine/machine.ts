import type { MachineDescription } from '../shared/contract/trainer.ts'
import { devices, libraryFolder, tensorFlowVersion } from './tensorflow/c-api/index.ts'

/** Environment variables that change what TensorFlow computes or how fast. */
const switches = /^(TF_(CPP|CUDNN|DETERMINISTIC|DISABLE|ENABLE|FORCE|GPU|NUM|ONEDNN|SYNC|AUTOTUNE|USE|XLA)_|NVIDIA_TF32|XLA_|CUDA_|OMP_|KMP_|ANNEAL_GPU_)/

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
    tensorFlow: { version: tensorFlowVersion(), folder: libraryFolder() },
    devices: devices(),
    environment: switchesInEffect(),
  }
}
