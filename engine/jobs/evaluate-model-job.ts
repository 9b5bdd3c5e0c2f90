import { basename, join } from 'node:path'
import type { EvaluateModelRequest } from '../../shared/contract/trainer.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { openForEvaluation } from '../dataset/index.ts'
import { notProbabilities } from '../evaluation/served-step.ts'
import { readSavedModel } from '../export/read-saved-model.ts'
import { evaluationName, measureAndKeep } from './measure-images.ts'
import { ownExport } from './own-export.ts'
import { checkOperations } from './check-served.ts'
import type { Report } from './report.ts'
import { runServed } from './run-served.ts'
import { servedModel, type ServedModel } from './served-model.ts'

/**
 * Evaluates a SavedModel, ours or one from elsewhere, and keeps the report and its predictions in the folder of its
 * evaluations.
 * @throws UsageError that names what has to be told of it, ModelError where it cannot be used
 */
export async function evaluateModel(request: EvaluateModelRequest, report: Report): Promise<EvaluationReport> {
  const facts = readSavedModel(request.model)
  const own = ownExport(request.model)
  const model = servedModel(facts, { ...own?.told, ...request.told })
  checkOperations(facts, model.output)
  const { classes } = model
  const images = await openForEvaluation(
    { ...request.dataset, cacheFolder: request.cacheFolder },
    {
      classes,
      split: request.split,
      leaveOutUnknown: request.leaveOutUnknown,
      onProgress: (done, total) => report({ phase: 'checking', done, total }),
    },
  )
  const { root: dataset } = request.dataset
  const checkpoint = own?.checkpoint ?? basename(request.model)
  const looks = looksLikeProbabilities(model)
  return measureAndKeep(
    {
      images,
      classes,
      facts: { checkpoint, step: own?.step ?? 0, dataset, model: describe(request.model, model) },
      notes: images.notes,
      logits: request.logits,
      folder: join(request.keepIn, runFiles.evaluations, evaluationName(images.part, dataset)),
      open: (owner, logits) =>
        runServed(owner, request.model, model, images, { logits, onNumbers: (numbers) => looks.add(numbers) }),
      afterwards: () => looks.notes(),
    },
    report,
  )
}

/** Logits that are from 0 to 1 and sum up to 1 for every image are most likely none. */
function looksLikeProbabilities({ outputs, classes: { length: classes } }: ServedModel) {
  let all = outputs === 'logits'
  return {
    add(numbers: Float32Array): void {
      for (let first = 0; all && first < numbers.length; first += classes)
        all = areProbabilities(numbers.subarray(first, first + classes))
    },
    notes: () =>
      all
        ? [
            'All outputs are from 0 to 1 and sum up to 1, as probabilities do: if they are, evaluate again with --outputs probabilities.',
          ]
        : [],
  }
}

const areProbabilities = (numbers: Float32Array) =>
  numbers.every(Number.isFinite) && notProbabilities(numbers) === undefined

function describe(
  folder: string,
  { signature, input, output, images, resize, resample, outputs }: ServedModel,
): NonNullable<EvaluationReport['model']> {
  const { layout, channels, imageSize, mean, std } = images
  return {
    folder,
    signature,
    input: input.name,
    output: output.name,
    ...{ layout, channels, imageSize, resize, resample },
    ...(mean && std && { mean: [...mean], std: [...std] }),
    outputs,
  }
}
