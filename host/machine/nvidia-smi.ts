import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { SmiGpu } from '../../shared/contract/gpu.ts'

const run = promisify(execFile)
const MIB = 1024 ** 2
/** Milliseconds: a driver that has slept takes seconds, and one that hangs for ever. */
const PATIENCE = 10_000

/** Where it is not on the path: WSL 2 keeps it with the driver. */
const programs = ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi']
const fields = ['name', 'driver_version', 'compute_cap', 'memory.total', 'memory.used']

/**
 * A line for each GPU, with values between commas, in MiB and per cent; nothing where NVIDIA's tool does not know a field.
 * @param patience milliseconds after which the tool is taken to hang
 * @throws what the system says where there is no such tool, with the code `ENOENT`
 */
export async function queryNvidiaSmi(
  wanted: readonly string[],
  patience: number,
  program = programs[0]!,
): Promise<string | undefined> {
  const asked = run(program, [`--query-gpu=${wanted.join(',')}`, '--format=csv,noheader,nounits'])
  // Not Node's own timeout: where the tool is missing it kills process 0, which is all of our own group, if it
  // fires before Node has told so; in Electron it does when nothing else happens meanwhile.
  const limit = setTimeout(() => asked.child.pid !== undefined && asked.child.kill(), patience)
  try {
    return (await asked).stdout
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error
    return undefined
  } finally {
    clearTimeout(limit)
  }
}

/** What `nvidia-smi` says of each card; nothing where it is not there, or has nothing to say. */
export async function askNvidiaSmi(): Promise<SmiGpu[]> {
  for (const program of programs) {
    try {
      const lines = await queryNvidiaSmi(fields, PATIENCE, program)
      return lines?.split('\n').flatMap(parse) ?? []
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return []
}

function parse(line: string): SmiGpu[] {
  const values = line.split(',').map((value) => value.trim())
  const [driver, capability, total, used] = values.slice(-4)
  const model = values.slice(0, -4).join(', ')
  if (!driver || model === '' || !/^\d+$/.test(total ?? '') || !/^\d+$/.test(used ?? '')) return []
  return [
    {
      ...{ model, driver, memoryBytes: Number(total) * MIB, usedBytes: Number(used) * MIB },
      ...(/^\d+\.\d+$/.test(capability ?? '') && { computeCapability: capability! }),
    },
  ]
}
