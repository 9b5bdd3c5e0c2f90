import { totalmem } from 'node:os'
import { DatasetError } from '../../../shared/errors.ts'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import { Tensor } from '../../tensorflow/c-api/index.ts'
import type { SplitIndex } from '../../dataset/index.ts'
import { cacheFileOf, lookAtCache, writeCacheFile } from './cache-file.ts'
import { cacheKey, layoutOf, type CachedData } from './layout.ts'
import type { PixelCache } from './pixel-cache.ts'
import { scaledImages } from './scaled-images.ts'

export interface CacheOptions {
  /** What the split's paths are relative to, absolute. */
  readonly root: string
  readonly data: CachedData & Pick<Recipe['data'], 'cache'>
  readonly cacheFolder: string
  readonly onProgress?: (done: number, total: number) => void
  /** Told of a damaged file that is made again: a sentence. */
  readonly onDamage?: (sentence: string) => void
}

/** The cache of a split that a recipe asks for, filled where it is not there yet; the caller disposes it. Nothing where it asks for none. */
export async function openCache(split: SplitIndex, options: CacheOptions): Promise<PixelCache | undefined> {
  switch (options.data.cache) {
    case 'none':
      return undefined
    case 'memory':
      return cacheInMemory(split, options)
    case 'disk':
      return cacheOnDisk(split, options)
  }
}

/** Of the machine's memory that cached images may take. */
const MEMORY_SHARE = 0.8
const GB = 1e9

export async function cacheInMemory(
  split: SplitIndex,
  { root, data, onProgress }: Omit<CacheOptions, 'cacheFolder'>,
): Promise<PixelCache> {
  const layout = layoutOf(split, data)
  if (layout.bytes > MEMORY_SHARE * totalmem())
    throw new DatasetError(
      `The decoded images need ${(layout.bytes / GB).toFixed(1)} GB, more than this machine's memory holds: set data.cache to disk or none.`,
    )
  const tensor = Tensor.bytes(layout.bytes)
  try {
    await scaledImages(root, split, data, (pixels, row) => {
      tensor.write(layout.offsets[row]!, pixels)
      onProgress?.(row + 1, split.count)
    })
  } catch (error) {
    tensor.dispose()
    throw error
  }
  return { ...layout, held: { kind: 'memory', tensor }, dispose: () => tensor.dispose() }
}

async function cacheOnDisk(
  split: SplitIndex,
  { root, data, cacheFolder, onProgress, onDamage }: CacheOptions,
): Promise<PixelCache> {
  const layout = layoutOf(split, data)
  const key = cacheKey(root, split, data)
  const file = cacheFileOf(cacheFolder, key)
  const onRead = (bytes: number) => onProgress?.(Math.floor((split.count * bytes) / layout.bytes), split.count)
  const found = await lookAtCache(file, key, layout.bytes, onRead)
  if (found === 'damaged') onDamage?.(`The file of cached images ${file} was damaged, and has been made again.`)
  if (found !== 'whole')
    await writeCacheFile(file, key, layout.bytes, (write) =>
      scaledImages(root, split, data, (pixels, row) => {
        write(pixels)
        onProgress?.(row + 1, split.count)
      }),
    )
  return { ...layout, held: { kind: 'disk', file }, dispose: () => {} }
}
