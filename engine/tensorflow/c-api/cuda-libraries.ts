import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { GpuDescription } from '../../../shared/contract/gpu.ts'
import { openForGood } from './native.ts'

/** What TensorFlow 2.21 opens before it uses a GPU, each in a folder of NVIDIA's. Where one cannot be opened it skips every GPU. */
const needed: Readonly<Record<string, string>> = {
  'libcudart.so.12': 'cuda_runtime',
  'libcublas.so.12': 'cublas',
  'libcublasLt.so.12': 'cublas',
  'libcufft.so.11': 'cufft',
  'libcusolver.so.11': 'cusolver',
  'libcusparse.so.12': 'cusparse',
  'libcudnn.so.9': 'cudnn',
}

/**
 * Those of the CUDA libraries that cannot be opened, and what the system says. TensorFlow itself names none.
 * @param folder of TensorFlow's own libraries
 */
export function closedLibraries(folder: string): GpuDescription['closed'] {
  return Object.entries(needed).flatMap(([name, home]) => {
    const own = join(folder, '..', 'nvidia', home, 'lib', name)
    // Else as TensorFlow looks for it: where the system does.
    const reason = openForGood(existsSync(own) ? own : name)
    return reason === undefined ? [] : [{ name, reason }]
  })
}
