import type { Colours, DatasetFacts } from '../../shared/recipe/warnings.ts'
import type { openDataset, RawImages } from '../dataset/index.ts'

type Opened = Awaited<ReturnType<typeof openDataset>>

/** What the warnings of a recipe go by. */
export function datasetFacts(dataset: Opened): DatasetFacts {
  const { train, val } = dataset.index.splits
  return {
    images: { train: train.count, val: val.count },
    classes: dataset.index.classes.length,
    isHeldOut: dataset.heldOut !== undefined,
    warnings: dataset.index.warnings,
    colours: coloursOf(train.pixels ? rawMoments(train.pixels, train.count) : scannedMoments(dataset)),
  }
}

/** Mean and standard deviation of each channel of an image. */
interface Moments {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** Over images of the same weight: the variance is the mean of the variances plus that of the means. */
function coloursOf(images: Iterable<Moments>): Colours {
  let count = 0
  let isGrey = true
  const sum = [0, 0, 0]
  const squares = [0, 0, 0]
  for (const { mean, std } of images) {
    count += 1
    isGrey &&= isSame(mean) && isSame(std)
    for (let channel = 0; channel < 3; channel++) {
      sum[channel]! += mean[channel]!
      squares[channel]! += mean[channel]! ** 2 + std[channel]! ** 2
    }
  }
  const mean = sum.map((value) => value / count)
  return { isGrey, mean, std: mean.map((m, channel) => Math.sqrt(Math.max(0, squares[channel]! / count - m * m))) }
}

const isSame = ([red, green, blue]: readonly number[]) => red === green && green === blue

/** As the look at every image has found them, in 1/256. */
function* scannedMoments({ examined: { means, stds }, rows }: Opened): Generator<Moments> {
  for (const row of rows.train)
    yield { mean: three(means, row).map((value) => value / 256), std: three(stds, row).map((value) => value / 256) }
}

const three = (column: Uint16Array, row: number) => [column[3 * row]!, column[3 * row + 1]!, column[3 * row + 2]!]

/** Nobody has looked at raw images; so many of them, evenly spaced, tell enough. */
const MOST_LOOKED_AT = 1000

function* rawMoments({ bytes, height, width, channels, layout }: RawImages, count: number): Generator<Moments> {
  const pixels = height * width
  const apart = Math.max(1, Math.floor(count / MOST_LOOKED_AT))
  for (let image = 0; image < count; image += apart) {
    const of = (channel: number): [mean: number, std: number] => {
      const [first, step] = layout === 'planes' ? [channel * pixels, 1] : [channel, channels]
      return momentsOf(bytes, image * pixels * channels + first, step, pixels)
    }
    const all = channels === 1 ? Array(3).fill(of(0)) : [of(0), of(1), of(2)]
    yield { mean: (all as [number, number][]).map(([m]) => m), std: (all as [number, number][]).map(([, s]) => s) }
  }
}

function momentsOf(bytes: Uint8Array, first: number, step: number, count: number): [mean: number, std: number] {
  let sum = 0
  let squares = 0
  for (let i = 0, at = first; i < count; i++, at += step) {
    sum += bytes[at]!
    squares += bytes[at]! ** 2
  }
  const mean = sum / count
  return [mean, Math.sqrt(Math.max(0, squares / count - mean * mean))]
}
