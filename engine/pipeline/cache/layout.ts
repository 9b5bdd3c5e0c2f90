import { createHash } from 'node:crypto'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { SplitIndex } from '../../dataset/index.ts'

export type CachedData = Pick<Recipe['data'], 'evaluationResize' | 'resample' | 'channels'>

/** Where the images of a split are in its cache. */
export interface CacheLayout {
  /** Of the scaled images, px. */
  readonly sizes: { readonly heights: Int32Array; readonly widths: Int32Array }
  /** First byte of each. */
  readonly offsets: Float64Array
  /** Of all. */
  readonly bytes: number
  readonly channels: Recipe['data']['channels']
}

/** The short side becomes `evaluationResize`, the long one goes with it, to the nearest pixel; a smaller image stays. */
export function layoutOf(
  { count, heights, widths }: SplitIndex,
  { evaluationResize, channels }: Omit<CachedData, 'resample'>,
): CacheLayout {
  const sizes = { heights: new Int32Array(count), widths: new Int32Array(count) }
  const offsets = new Float64Array(count)
  let bytes = 0
  for (let row = 0; row < count; row++) {
    const [height, width] = [heights[row]!, widths[row]!]
    const scale = Math.min(1, evaluationResize / Math.min(height, width))
    sizes.heights[row] = Math.floor(height * scale + 0.5)
    sizes.widths[row] = Math.floor(width * scale + 0.5)
    offsets[row] = bytes
    bytes += sizes.heights[row]! * sizes.widths[row]! * channels
  }
  return { sizes, offsets, bytes, channels }
}

/** SHA-256 of everything that the cached pixels depend on: files, their sizes, times and places, and how they are scaled. */
export function cacheKey(
  root: string,
  split: SplitIndex,
  { evaluationResize, resample, channels }: CachedData,
): string {
  const facts = { root, evaluationResize, channels, split: split.split }
  // Bilinear is left out: so files are found again that were made before there was a choice.
  const hash = createHash('sha256').update(JSON.stringify(resample === 'bilinear' ? facts : { ...facts, resample }))
  for (let row = 0; row < split.count; row++) hash.update(split.paths.bytesAt(row)).update('\0')
  const { records, pixels } = split
  const columns = [
    split.bytes,
    split.mtimes,
    split.heights,
    split.widths,
    split.kinds,
    ...(records ? [records.offsets, records.starts, records.lengths] : []),
    ...(pixels ? [pixels.bytes] : []),
  ]
  for (const column of columns) hash.update(column)
  return hash.digest('hex')
}
