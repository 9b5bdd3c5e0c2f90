import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { example, tfRecords } from '../engine/dataset/testing/containers.ts'
import { picture, put } from '../engine/dataset/testing/image-files.ts'

export interface JpegSize {
  readonly width: number
  readonly height: number
}

export const nameOf = ({ width, height }: JpegSize) => `${width}x${height}`

/** JPEGs of quality 90, about as many bytes as photographs of their size; each file is repeated, since what is measured is decoding. */
export async function makeImageFolder(
  root: string,
  { width, height }: JpegSize,
  different: number,
  files: number,
): Promise<void> {
  for (let i = 0; i < different; i++)
    put(join(root, 'train/a', `${i}.jpg`), await picture(i, width, height).jpeg({ quality: 90 }).toBuffer())
  for (let i = different; i < files; i++)
    copyFileSync(join(root, 'train/a', `${i % different}.jpg`), join(root, 'train/a', `${i}.jpg`))
  put(join(root, 'val/a/0.jpg'), await picture(1, 40, 30).jpeg().toBuffer())
}

/** The images of such a folder as TFRecords. */
export function makeRecordFolder(root: string, images: string, files: number): void {
  mkdirSync(root, { recursive: true })
  const records = Array.from({ length: files }, (_, i) =>
    example(readFileSync(join(images, 'train/a', `${i}.jpg`)), 1, 'a'),
  )
  writeFileSync(join(root, 'train-00000-of-00001'), tfRecords(records))
  writeFileSync(join(root, 'validation-00000-of-00001'), tfRecords(records.slice(0, 1)))
}
