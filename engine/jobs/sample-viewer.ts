import type { SeenSample } from '../../shared/contract/evaluations.ts'
import { CheckpointError, ModelError } from '../../shared/errors.ts'
import type { SplitImages } from '../dataset/index.ts'
import { buildGradCam, type ClassMaps, type SeenImage } from '../evaluation/grad-cam.ts'
import { evaluatedPixels } from '../pipeline/index.ts'
import { Owner, type Session } from '../tensorflow/c-api/index.ts'
import { readRunFacts } from '../run-folder/verify-run.ts'
import { openRun, restoreNetwork, type OpenedRun } from './open-checkpoint.ts'

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
  readonly maps: ClassMaps
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
    checkpoint: string,
    { images, sample, classes }: Wanted,
  ): Promise<Omit<SeenSample, 'file'>> {
    const { data } = readRunFacts(runFolder).recipe
    const [pixels] = await evaluatedPixels(images, data, [sample])
    const side = Math.sqrt(pixels!.length / data.channels)
    const seen = { pixels: pixels!, height: side, width: side, channels: data.channels }
    return { ...seen, ...(classes.length > 0 ? await this.#maps(runFolder, checkpoint, seen, classes) : { maps: [] }) }
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
      return { maps: await maps(session, seen, classes) }
    } catch (error) {
      if (error instanceof ModelError || error instanceof CheckpointError)
        return { maps: [], mapsProblem: error.message }
      throw error
    }
  }
}

async function networkOf(opened: OpenedRun): Promise<Network> {
  const owner = new Owner()
  const { channels } = opened.recipe.data
  const { session, built: maps } = await owner.whole(() =>
    restoreNetwork(
      owner,
      opened,
      (g, parts) => buildGradCam(g, { ...parts, images: g.placeholder('uint8', [1, null, null, channels]) }),
      { gpus: false },
    ),
  )
  return { owner, session, maps }
}
