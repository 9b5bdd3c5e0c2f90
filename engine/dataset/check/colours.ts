import type { Colours } from '../../../shared/recipe/warnings.ts'
import type { ScanColumns } from '../scan/scan-columns.ts'

/** Mean and standard deviation of each channel of an image. */
export interface Moments {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** Over images of the same weight: the variance is the mean of the variances plus that of the means. */
export function coloursOf(images: Iterable<Moments>): Colours {
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
export function* scannedMoments(
  { means, stds }: Pick<ScanColumns, 'means' | 'stds'>,
  rows: Int32Array,
): Generator<Moments> {
  for (const row of rows)
    yield { mean: three(means, row).map((value) => value / 256), std: three(stds, row).map((value) => value / 256) }
}

const three = (column: Uint16Array, row: number) => [column[3 * row]!, column[3 * row + 1]!, column[3 * row + 2]!]
