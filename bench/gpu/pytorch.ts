import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { rows, type Lab } from './anneal.ts'
import type { Figures, Job } from './job.ts'
import { watchMemory } from './memory.ts'
import { runForJson } from './process.ts'

const script = fileURLToPath(new URL('../contenders/torch_steps.py', import.meta.url))
/** The only network that the script has. */
const NETWORK = 'resnet50'

const answer = z.union([
  z.object({ version: z.string(), imagesPerSecond: z.number().positive() }),
  z.object({ problem: z.string().max(1000) }),
])

const precisions = { fp16: rows.fp16, bf16: rows.bf16, tf32: rows.tf32 } as const
type Precision = keyof typeof precisions

interface Variant {
  readonly precision: Precision
  readonly format: 'channels-last' | 'contiguous'
  readonly compiled: boolean
}

const inFormat = (precision: Precision, format: Variant['format'], compiled = false): Variant => ({
  precision,
  format,
  compiled,
})

/** Those that matter most first: time may not do for all. */
const variants: readonly Variant[] = [
  inFormat('fp16', 'channels-last'),
  inFormat('fp16', 'channels-last', true),
  inFormat('tf32', 'channels-last'),
  inFormat('bf16', 'channels-last'),
  inFormat('fp16', 'contiguous'),
  inFormat('bf16', 'channels-last', true),
  inFormat('tf32', 'channels-last', true),
]

const names: Readonly<Record<Precision, string>> = { fp16: 'fp16', bf16: 'bf16', tf32: 'TF32' }
const nameOf = ({ precision, format, compiled }: Variant) =>
  `PyTorch, ${names[precision]}, ${format === 'contiguous' ? 'channels first' : 'channels last'}, ${compiled ? 'compiled' : 'eager'}`

/** Training steps of the same network in PyTorch. @param python a Python that has it */
export const pytorchJobs = (lab: Lab, python: string): Job[] =>
  variants.map((variant) => ({
    name: nameOf(variant),
    besides: precisions[variant.precision],
    contender: true,
    measure: (signal) => measure(lab, python, variant, signal),
  }))

async function measure(
  { device, sizes }: Lab,
  python: string,
  { precision, format, compiled }: Variant,
  signal: AbortSignal,
): Promise<Figures> {
  if (sizes.network !== NETWORK) throw new Error(`the script for PyTorch has ${NETWORK} only`)
  const isGpu = device.type === 'GPU'
  const options = {
    ...{ device: isGpu ? 'cuda' : 'cpu', precision, format },
    ...{ batch: sizes.batch, size: sizes.imageSize, steps: sizes.steps, warmup: sizes.warmup },
  }
  const args = [
    script,
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...(compiled ? ['--compile'] : []),
  ]
  let pid: number | undefined
  const memory = await watchMemory(isGpu, () => pid)
  try {
    const said = answer.parse(await runForJson({ command: python, args }, signal, (started) => (pid = started)))
    if ('problem' in said) throw new Error(said.problem)
    const memoryBytes = await memory.end()
    return { ...said, batch: sizes.batch, ...(memoryBytes !== undefined && { memoryBytes }) }
  } finally {
    await memory.end()
  }
}
