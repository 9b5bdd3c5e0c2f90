import type { MachineDescription } from '../shared/contract/trainer.ts'
import { libraryFolder, Session, tensorFlowVersion } from './tensorflow/c-api/index.ts'
import { GraphBuilder } from './tensorflow/graph/builder.ts'

/** Environment variables that change what TensorFlow computes or how fast. */
const switches = /^(TF_(CPP|CUDNN|DETERMINISTIC|DISABLE|ENABLE|FORCE|GPU|NUM|ONEDNN|SYNC|AUTOTUNE|USE|XLA)_|NVIDIA_TF32|XLA_|CUDA_|OMP_|KMP_)/

/** The switches as TensorFlow sees them in this process. */
export const switchesInEffect = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env)
      .filter((entry): entry is [string, string] => switches.test(entry[0]) && entry[1] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

/** Loads TensorFlow and says what it finds. */
export function describeMachine(): MachineDescription {
  using g = new GraphBuilder()
  using session = new Session(g.graph)
  return {
    tensorFlow: { version: tensorFlowVersion(), folder: libraryFolder() },
    devices: session.devices(),
    environment: switchesInEffect(),
  }
}
