import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { SmiGpu } from '../../shared/contract/gpu.ts'

/** Milliseconds: a driver that hangs keeps it for ever. */
const PATIENCE = 10_000
const fields = ['name', 'driver_version', 'compute_cap', 'memory.total', 'memory.used'] as const
/** Where it is not on the path: WSL 2 keeps it with the driver. */
const programs = ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi']
const MIB = 1024 ** 2

/** What `nvidia-smi` says of each card; nothing where it is not there, or has nothing to say. */
export async function askNvidiaSmi(env: NodeJS.ProcessEnv = process.env): Promise<SmiGpu[]> {
  for (const program of programs) {
    const output = await ask(program, fields, env)
    // Of an older one, which does not know of compute capabilities.
    const lines =
      output ??
      (await ask(
        program,
        fields.filter((field) => field !== 'compute_cap'),
        env,
      ))
    if (lines !== undefined) return lines.split('\n').flatMap((line) => parse(line, output !== undefined))
  }
  return []
}

async function ask(program: string, wanted: readonly string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const args = [`--query-gpu=${wanted.join(',')}`, '--format=csv,noheader,nounits']
  try {
    const { stdout } = await promisify(execFile)(program, args, { env, timeout: PATIENCE, maxBuffer: 1 << 20 })
    return stdout
  } catch {
    return undefined
  }
}

function parse(line: string, hasCapability: boolean): SmiGpu[] {
  const values = line.split(',').map((value) => value.trim())
  const [model, driver, ...rest] = values
  const [capability, total, used] = hasCapability ? rest : [undefined, ...rest]
  if (!model || !driver || !/^\d+$/.test(total ?? '') || !/^\d+$/.test(used ?? '')) return []
  return [
    {
      model,
      driver,
      ...(/^\d+\.\d+$/.test(capability ?? '') && { computeCapability: capability! }),
      memoryBytes: Number(total) * MIB,
      usedBytes: Number(used) * MIB,
    },
  ]
}
