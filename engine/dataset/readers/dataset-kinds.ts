import { cifarLayout, isCifar, readCifar } from './cifar.ts'
import { idxLayout, isIdx, readIdx } from './idx.ts'
import { imageFolderLayout, isImageFolder, readImageFolder } from './image-folder.ts'
import type { Listing, ReaderOptions } from './listing.ts'
import { isManifest, readManifest } from './manifest.ts'
import { manifestLayout } from './manifest-lines.ts'
import { isTfRecordFolder, readTfRecordFolder, tfRecordLayout } from './tfrecord.ts'

/** A way to lay a dataset out. Paths are absolute. */
export interface DatasetKind {
  /** In reports and kept indexes. */
  readonly name: string
  /** What people call it. */
  readonly called: string
  /** What has to be there, for who gave something else. */
  readonly layout: string
  /** How a single file of it is named to people; absent where it is always a folder. */
  readonly file?: string
  readonly recognises: (path: string) => boolean | Promise<boolean>
  readonly read: (path: string, options: ReaderOptions) => Listing | Promise<Listing>
}

/** Every kind of dataset; the first that recognises a path is taken. */
export const datasetKinds: readonly DatasetKind[] = [
  {
    name: 'manifest',
    called: 'manifest',
    file: 'a manifest (.csv, .tsv, .jsonl or .json)',
    layout: manifestLayout,
    recognises: isManifest,
    read: readManifest,
  },
  {
    name: 'tfrecord',
    called: 'TFRecord',
    layout: tfRecordLayout,
    recognises: isTfRecordFolder,
    read: readTfRecordFolder,
  },
  { name: 'cifar', called: 'CIFAR binary', layout: cifarLayout, recognises: isCifar, read: readCifar },
  { name: 'idx', called: 'IDX (MNIST)', layout: idxLayout, recognises: isIdx, read: readIdx },
  {
    name: 'image-folder',
    called: 'folders of images',
    layout: imageFolderLayout,
    recognises: isImageFolder,
    read: readImageFolder,
  },
]
