import type { SeenSample } from '../../shared/contract/evaluations.ts'
import type { PredictedPicture } from '../../shared/contract/pictures.ts'
import { resamples } from '../../shared/contract/served-model.ts'
import { CheckpointError, ModelError } from '../../shared/errors.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import type { SplitImages } from '../dataset/index.ts'
import { buildGradCam, type ClassMaps, type SeenImage } from '../evaluation/grad-cam.ts'
import type { LogitsParts } from '../evaluation/logits.ts'
import { buildPredictionStep } from '../evaluation/prediction-step.ts'
import { evaluatedPixels, type EvaluationPipelineOptions } from '../pipeline/index.ts'
import { Owner, Tensor, type Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { readRunFacts } from '../run-folder/verify-run.ts'
import { openRun, restoreNetwork, type OpenedRun } from './open-checkpoint.ts'
import { likeliest } from './predict-job.ts'

/** Classes that are told of a picture. */
const GUESSES = 5

interface Wanted {
  readonly images: SplitImages
  readonly sample: number
  /** By their places. */
  readonly classes: readonly number[]
}

/** The network of a checkpoint, ready to be asked. */
interface Network {
  readonly owner: Owner
  readonly session: Session
  /** Class probabilities of an image. */
  readonly predict: (image: SeenImage) => Promise<Float32Array>
  /** Why there are none. */
  readonly maps: ClassMaps | ModelError
}

/** The checkpoint that was asked last. */
interface Last {
  readonly key: string
  readonly opened: OpenedRun
  network?: Network
}

/**
 * Shows samples as the network sees them. The checkpoint that was asked last stays open: with the next sample it answers
 * at once. It computes on the processor: a GPU is left to training.
 */
export class SampleViewer {
  #last: Last | undefined

  async look(
    runFolder: string,
    { checkpoint, model }: Pick<EvaluationReport, 'checkpoint' | 'model'>,
    { images, sample, classes }: Wanted,
  ): Promise<Omit<SeenSample, 'file'>> {
    if (model) {
      const seen = await seenImage(dataOfModel(model), images, sample)
      return { ...seen, maps: [], mapsProblem: 'Grad-CAM needs the checkpoint of a run; this is a SavedModel.' }
    }
    const seen = await seenImage(readRunFacts(runFolder).recipe.data, images, sample)
    return { ...seen, ...(classes.length > 0 ? await this.#maps(runFolder, checkpoint, seen, classes) : { maps: [] }) }
  }

  /**
   * What the checkpoint takes the first of some images for.
   * @throws CheckpointError where it is not there or not whole
   */
  async predict(runFolder: string, checkpoint: string, images: SplitImages): Promise<PredictedPicture> {
    const seen = await seenImage(readRunFacts(runFolder).recipe.data, images, 0)
    const last = await this.#open(runFolder, checkpoint)
    const { predict } = (last.network ??= await networkOf(last.opened))
    const { name } = last.opened.checkpoint
    const known = last.opened.run.dataset.classes
    const classes = likeliest(known, await predict(seen), GUESSES)
    if (classes.length === 0) return { checkpoint: name, classes, ...seen }
    const { maps, mapsProblem } = await this.#maps(runFolder, checkpoint, seen, [known.indexOf(classes[0]!.name)])
    return { checkpoint: name, classes, ...seen, ...(mapsProblem ? { mapProblem: mapsProblem } : { map: maps[0]! }) }
  }

  async #open(runFolder: string, checkpoint: string): Promise<Last> {
    const key = `${runFolder}/${checkpoint}`
    if (this.#last?.key !== key) {
      const opened = await openRun({ runFolder, checkpoint })
      this.#last?.network?.owner.dispose()
      this.#last = { key, opened }
    }
    return this.#last
  }

  /** Without the checkpoint, as of a validation that none was saved at, the image can still be seen. */
  async #maps(runFolder: string, checkpoint: string, seen: SeenImage, classes: readonly number[]) {
    try {
      const last = await this.#open(runFolder, checkpoint)
      const { session, maps } = (last.network ??= await networkOf(last.opened))
      return maps instanceof ModelError
        ? { maps: [], mapsProblem: maps.message }
        : { maps: await maps(session, seen, classes) }
    } catch (error) {
      if (error instanceof CheckpointError) return { maps: [], mapsProblem: error.message }
      throw error
    }
  }
}

type EvaluationData = EvaluationPipelineOptions['data']

/** An image as a network sees it. */
async function seenImage(data: EvaluationData, images: SplitImages, sample: number): Promise<SeenImage> {
  const [pixels] = await evaluatedPixels(images, data, [sample])
  const side = Math.sqrt(pixels!.length / data.channels)
  return { pixels: pixels!, height: side, width: side, channels: data.channels }
}

/** How images are made for a SavedModel. */
function dataOfModel({ imageSize, resize, ...told }: NonNullable<EvaluationReport['model']>): EvaluationData {
  const resample = resamples.find((one) => one === told.resample)
  if (!resample) throw new ModelError(`This version scales no images by ${told.resample}; evaluate the model again.`)
  return { imageSize, evaluationResize: resize, resample, channels: told.channels === 'grey' ? 1 : 3 }
}

async function networkOf(opened: OpenedRun): Promise<Network> {
  const owner = new Owner()
  const { channels } = opened.recipe.data
  const { session, built } = await owner.whole(() =>
    restoreNetwork(
      owner,
      opened,
      (g, parts) => {
        const images = g.placeholder('uint8', [1, null, null, channels])
        return { images, run: buildPredictionStep(g, { ...parts, images }), maps: mapsOf(g, { ...parts, images }) }
      },
      { gpus: false },
    ),
  )
  async function predict({ pixels, height, width }: SeenImage) {
    using image = Tensor.from('uint8', [1, height, width, channels], pixels)
    return await built.run(session, [[built.images, image]])
  }
  return { owner, session, predict, maps: built.maps }
}

function mapsOf(g: GraphBuilder, parts: LogitsParts): ClassMaps | ModelError {
  try {
    return buildGradCam(g, parts)
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
}
