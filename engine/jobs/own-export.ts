import { join } from 'node:path'
import { z } from 'zod'
import type { ToldOfModel } from '../../shared/contract/served-model.ts'
import { ModelError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import { readJson, readText } from '../../storage/files.ts'

/** What `anneal export` leaves beside a SavedModel, as far as it is read again. */
const exported = z.object({
  checkpoint: z.string().max(200),
  step: z.int().nonnegative(),
  classes: z.int().positive(),
})

/** What our own export says of itself. */
export interface OwnExport {
  readonly checkpoint: string
  readonly step: number
  readonly told: ToldOfModel
}

/** Of a SavedModel that `anneal export` wrote; nothing for one from elsewhere. Throws `ModelError` where it is damaged. */
export function ownExport(model: string): OwnExport | undefined {
  const folder = join(model, 'assets.extra')
  try {
    const report = readJson(join(folder, 'export.json'))
    if (report === undefined) return undefined
    const { checkpoint, step, classes: count } = exported.parse(report)
    const classes = linesOf(readText(join(folder, 'classes.txt')) ?? '')
    if (classes.length !== count) throw new RangeError(`classes.txt names ${classes.length} classes, not ${count}`)
    return { checkpoint, step, told: { ...toldBy(readJson(join(folder, runFiles.recipe))), classes } }
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new ModelError(
      `What Anneal wrote in ${folder} is damaged (${reason}); export the model again, or delete this folder and tell by options what it said.`,
      { cause: error },
    )
  }
}

function toldBy(document: unknown): ToldOfModel {
  const { data } = parseRecipe(document)
  return {
    output: 'logits',
    outputs: 'logits',
    channels: data.channels === 1 ? 'grey' : 'rgb',
    imageSize: data.evaluationSize || data.imageSize,
    resize: data.evaluationResize,
    resample: data.resample,
    batchSize: data.evaluationBatchSize,
  }
}

const linesOf = (text: string) => text.split('\n').slice(0, -1)
