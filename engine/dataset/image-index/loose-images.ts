import { dirname, join, relative, resolve, sep } from 'node:path'
import type { PassedOver } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import { withCopies } from '../copies/copy-folder.ts'
import { examine } from '../scan/examine.ts'
import { imageExtensions } from '../image-kind.ts'
import { textOf, type DiskPath } from '../readers/disk-path.ts'
import { Collector } from '../readers/listing.ts'
import { statOf } from '../readers/entries.ts'
import { PassedOverCounter } from '../readers/passed-over.ts'
import { walkImages } from '../readers/walk-images.ts'
import type { OnProgress } from '../scan/scan-images.ts'
import { selectReadable, type Selected } from './select-readable.ts'

/** Images without labels: all have the label 0. */
export interface LooseImages extends Selected {
  /** What their paths are relative to, absolute: the folder that was named, or the one that all that was named lies in. */
  readonly root: string
  readonly passedOver: readonly PassedOver[]
}

/**
 * Images, and those of folders and of all folders below them, each once; every one is decoded, to see whether it can be
 * read. A file that is named is taken for an image, whatever it is called.
 * @param paths one at least
 * @throws DatasetError where there is nothing, or no image among it
 */
export async function looseImages(
  paths: readonly string[],
  cacheFolder: string,
  onProgress: OnProgress,
): Promise<LooseImages> {
  const places = withoutInner([...new Set(paths.map((path) => resolve(path)))].map(lookAt))
  const root = places.map(({ isFolder, place }) => (isFolder ? place : dirname(place))).reduce(commonFolder)
  const found = new Collector()
  const passedOver = new PassedOverCounter()
  const seen = new Set<string>()
  const add = (path: DiskPath, bytes: number, mtime: number) => {
    if (seen.has(textOf(path))) return
    seen.add(textOf(path))
    found.add(path, 0, bytes, mtime)
  }
  for (const { place, isFolder, size, mtimeMs } of places) {
    const path = relative(root, place).replaceAll(sep, '/')
    if (isFolder) await walkImages(place, path, [], { onImage: add, passedOver })
    else add(path, size, mtimeMs)
  }
  if (found.length === 0) throw noImages(paths, passedOver.all())
  const files = found.columns()
  // Nothing is remembered of images that belong to no dataset.
  const { examined } = await examine(root, files, undefined, { cacheFolder, onProgress, save: () => undefined })
  const rows = files.labels.map((_, row) => row)
  return {
    root,
    passedOver: passedOver.all(),
    ...selectReadable('val', withCopies(files, examined, cacheFolder), examined, rows),
  }
}

function lookAt(place: string) {
  const stats = statOf(place)
  if (!stats) throw new DatasetError(`There is no file or folder ${place}; check the path.`)
  return { place, isFolder: stats.isDirectory(), size: stats.isFile() ? stats.size : -1, mtimeMs: stats.mtimeMs }
}

type Place = ReturnType<typeof lookAt>

/** Without folders that lie in others: they are read with these. */
const withoutInner = (places: readonly Place[]): Place[] =>
  places.filter(
    ({ place, isFolder }) =>
      !isFolder || !places.some((outer) => outer.isFolder && place.startsWith(outer.place + sep)),
  )

/** The innermost folder that both lie in, or are. */
function commonFolder(a: string, b: string): string {
  const [parts, others] = [a.split(sep), b.split(sep)]
  const differ = parts.findIndex((part, i) => part !== others[i])
  return differ < 0 ? a : join(sep, ...parts.slice(0, differ))
}

function noImages(paths: readonly string[], passedOver: readonly PassedOver[]): DatasetError {
  const seen = passedOver.slice(0, 3).map(({ what, reason, files }) => `${files} ${what} (${reason})`)
  return new DatasetError(
    `${paths.join(' and ')} ${paths.length === 1 ? 'holds' : 'hold'} no images (${[...imageExtensions].join(', ')})${seen.length > 0 ? `, but ${seen.join(', ')}` : ''}; name an image or a folder that holds some.`,
  )
}
