import type { DatasetFacts } from '../../shared/recipe/warnings.ts'
import { coloursOf, scannedMoments, type Moments, type OpenedDataset, type RawImages } from '../dataset/index.ts'

/** What the warnings of a recipe go by. */
export function datasetFacts(dataset: OpenedDataset): DatasetFacts {
  const { train, val } = dataset.index.splits
  return {
    images: { train: train.count, val: val.count },
    classes: dataset.index.classes.length,
    isHeldOut: dataset.described.heldOut !== undefined,
    warnings: dataset.index.warnings,
    colours: coloursOf(
      train.pixels ? rawMoments(train.pixels, train.count) : scannedMoments(dataset.examined, dataset.rows.train),
    ),
  }
}

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
