import { basename, dirname, resolve } from 'node:path'
import type { PassedOver } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import { examine } from '../scan/examine.ts'
import { imageExtensions } from '../image-kind.ts'
import { Collector } from '../readers/listing.ts'
import { statOf } from '../readers/entries.ts'
import { PassedOverCounter } from '../readers/passed-over.ts'
import { walkImages } from '../readers/walk-images.ts'
import type { OnProgress } from '../scan/scan-images.ts'
import { selectReadable, type Selected } from './select-readable.ts'

/** Images without labels: all have the label 0. */
export interface LooseImages extends Selected {
  /** The folder that their paths are relative to, absolute. */
  readonly root: string
  readonly passedOver: readonly PassedOver[]
}

/**
 * One image, or those of a folder and of all folders below it; each is decoded once, to see whether it can be read.
 * Throws `DatasetError` where there is nothing, or no image among it.
 */
export async function looseImages(path: string, onProgress: OnProgress): Promise<LooseImages> {
  const place = resolve(path)
  const stats = statOf(place)
  if (!stats) throw new DatasetError(`There is no file or folder ${place}; check the path.`)
  const root = stats.isDirectory() ? place : dirname(place)
  const found = new Collector()
  const passedOver = new PassedOverCounter()
  if (stats.isDirectory())
    await walkImages(place, '', [], {
      onImage: (file, bytes, mtime) => found.add(file, 0, bytes, mtime),
      passedOver,
    })
  else found.add(basename(place), 0, stats.size, stats.mtimeMs)
  if (found.length === 0)
    throw new DatasetError(
      `${place} holds no images (${[...imageExtensions].join(', ')}); name an image or a folder that holds some.`,
    )
  const files = found.columns()
  // Nothing is remembered of images that belong to no dataset.
  const { examined } = await examine(root, files, undefined, { onProgress, save: () => undefined })
  return {
    root,
    passedOver: passedOver.all(),
    ...selectReadable(
      'val',
      files,
      examined,
      files.labels.map((_, row) => row),
    ),
  }
}
