import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { EvaluationReport } from '../../shared/contract/trainer.ts'
import type { RunDetail } from '../../shared/contract/workbench.ts'
import { readJson } from '../../storage/files.ts'

type Checkpoint = RunDetail['checkpoints'][number]

const manifestSchema = z.object({
  format: z.literal(1),
  step: z.int().min(0),
  epoch: z.number().min(0),
  metrics: z.object({ top1: z.number() }).optional(),
  files: z.array(z.object({ bytes: z.number() })),
})

const reportSchema = z.object({
  checkpoint: z.string(),
  step: z.int(),
  split: z.enum(['train', 'val']),
  dataset: z.string().default(''),
  images: z.number(),
  top1: z.number(),
  top5: z.number(),
  loss: z.number(),
  seconds: z.number(),
  imagesPerSecond: z.number(),
  classes: z.array(z.object({ name: z.string(), images: z.number(), correct: z.number() })),
})

/** The complete checkpoints of a run, the newest first. */
export function listCheckpoints(folder: string): Checkpoint[] {
  const found = namesIn(join(folder, 'checkpoints')).flatMap((name): Checkpoint[] => {
    const manifest = read(join(folder, 'checkpoints', name, 'manifest.json'), manifestSchema)
    if (!manifest) return []
    const { step, epoch, metrics, files } = manifest
    return [
      {
        name,
        step,
        epoch,
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
        ...(metrics && { top1: metrics.top1 }),
      },
    ]
  })
  return found.sort((a, b) => b.step - a.step)
}

/** The reports of a run, by their files' names. */
export function listEvaluations(folder: string): EvaluationReport[] {
  const names = namesIn(join(folder, 'evaluation')).filter((name) => name.endsWith('.json'))
  return names.flatMap((name) => read(join(folder, 'evaluation', name), reportSchema) ?? [])
}

/** Bytes of all files in a folder and those below it. */
export function sizeOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.reduce(
    (sum, entry) =>
      sum + (entry.isFile() ? (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0) : 0),
    0,
  )
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** The content of a file, where it is what it should be. */
function read<T>(file: string, schema: z.ZodType<T, unknown>): T | undefined {
  try {
    return schema.safeParse(readJson(file)).data
  } catch {
    return undefined
  }
}
