import { appendFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Figures } from '../../shared/run-folder/best-metric.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { RunSpeed } from '../../shared/run-folder/record.ts'
import { makeFolder, storing } from '../../storage/files.ts'

/** `PARAMETER`; or epoch from 0 and steps done, an epoch alone, or nothing at the end of training. */
type Step = 'PARAMETER' | readonly number[]

const units: Readonly<Record<string, object>> = {
  'train.loss': { type: 'LOSS' },
  'train.top1': { unit: '%', type: 'ACCURACY' },
  'train.total_ips': { unit: 'img/s', type: 'THROUGHPUT' },
  'train.data_time': { unit: 's' },
  'val.top1': { unit: '%', type: 'ACCURACY' },
  'val.top5': { unit: '%', type: 'ACCURACY' },
  'val.loss': { type: 'LOSS' },
  lr: {},
}

/**
 * Appends to a log in the form of NVIDIA's DLLogger (its JSONStreamBackend): lines of `DLLL` and a JSON object, under
 * the names of metrics that NVIDIA's ResNet-50 scripts use. Throws `StorageError`.
 */
export class DlLog {
  readonly #began = performance.now()

  constructor(
    private readonly file: string,
    recipe: Recipe,
  ) {
    makeFolder(dirname(file))
    this.#log('PARAMETER', recipe)
    for (const [metric, metadata] of Object.entries(units)) this.#append({ type: 'METADATA', metric, metadata })
  }

  /** @param values training metrics as in `metrics.jsonl` */
  step(step: number, stepsPerEpoch: number, values: Readonly<Record<string, number>>): void {
    const { loss, top1 = 0, dataWait, learningRate, imagesPerSecond } = values
    const data = {
      'train.loss': loss,
      'train.top1': 100 * top1,
      'train.total_ips': imagesPerSecond,
      'train.data_time': dataWait,
      lr: learningRate,
    }
    // The step that ends an epoch is still in it.
    const epoch = Math.floor((step - 1) / stepsPerEpoch)
    this.#log([epoch, step], data)
    if (step % stepsPerEpoch === 0) this.#log([epoch], data)
  }

  evaluated(step: number, stepsPerEpoch: number, figures: Figures): void {
    this.#log([Math.floor((step - 1) / stepsPerEpoch)], validation(figures))
  }

  /** @param figures of the last evaluation, where there was one */
  ended({ imagesPerSecond }: RunSpeed, figures: Figures | undefined): void {
    this.#log([], { 'train.total_ips': imagesPerSecond, ...(figures && validation(figures)) })
  }

  #log(step: Step, data: object): void {
    this.#append({ type: 'LOG', step, data })
  }

  #append(content: object): void {
    const now = Date.now()
    const head = {
      timestamp: (now / 1000).toFixed(6),
      // As Python writes a time in UTC.
      datetime: new Date(now).toISOString().replace('T', ' ').replace('Z', '000+00:00'),
      elapsedtime: ((performance.now() - this.#began) / 1000).toFixed(6),
    }
    storing(this.file, () => appendFileSync(this.file, `DLLL ${JSON.stringify({ ...head, ...content })}\n`))
  }
}

const validation = ({ top1, top5, loss }: Figures) => ({
  'val.top1': 100 * top1,
  'val.top5': 100 * top5,
  'val.loss': loss,
})
