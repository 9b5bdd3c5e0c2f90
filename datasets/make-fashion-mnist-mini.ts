/**
 * Makes datasets/fashion-mnist-mini from the original files of Fashion-MNIST:
 *
 *     npx tsx datasets/make-fashion-mnist-mini.ts <folder with the four -ubyte.gz files>
 *
 * The first 600 images of each class of the training set and the first 100 of the test set are taken, so the
 * result is always the same. A file is named by its position in the original set.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { readIdx } from './idx.ts'

const target = join(import.meta.dirname, 'fashion-mnist-mini')
const side = 28

/** By label. */
const classes = [
  't-shirt-top',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle-boot',
]

const splits = [
  { name: 'train', prefix: 'train', perClass: 600 },
  { name: 'val', prefix: 't10k', perClass: 100 },
]

/** The smaller of the two filterings; which one wins differs from image to image. */
async function encode(pixels: Buffer): Promise<Buffer> {
  const image = sharp(pixels, { raw: { width: side, height: side, channels: 1 } }).toColourspace('b-w')
  const [plain, filtered] = await Promise.all(
    [false, true].map((adaptiveFiltering) => image.clone().png({ compressionLevel: 9, adaptiveFiltering }).toBuffer()),
  )
  return plain!.length <= filtered!.length ? plain! : filtered!
}

/** The positions of the first images of each label. */
function choose(labels: Buffer, perClass: number): { index: number; label: number }[] {
  const taken = classes.map(() => 0)
  return [...labels].flatMap((label, index) => {
    if (taken[label]! >= perClass) return []
    taken[label]! += 1
    return [{ index, label }]
  })
}

async function writeSplit(source: string, { name, prefix, perClass }: (typeof splits)[number]): Promise<number> {
  const images = await readIdx(join(source, `${prefix}-images-idx3-ubyte.gz`))
  const labels = await readIdx(join(source, `${prefix}-labels-idx1-ubyte.gz`))
  for (const className of classes) await mkdir(join(target, name, className), { recursive: true })
  let bytes = 0
  for (const { index, label } of choose(labels.data, perClass)) {
    // A copy: sharp would clone the whole set with each view of it.
    const png = await encode(Buffer.from(images.data.subarray(index * side * side, (index + 1) * side * side)))
    await writeFile(join(target, name, classes[label]!, `${String(index).padStart(5, '0')}.png`), png)
    bytes += png.length
  }
  return bytes
}

const source = process.argv[2]
if (!source) throw new Error('Name the folder that holds the four files of Fashion-MNIST.')
for (const split of splits) {
  await rm(join(target, split.name), { recursive: true, force: true })
  console.log(`${split.name}: ${await writeSplit(source, split)} bytes`)
}
