// sharp: a random window of each file, scaled to 224 px, as raw pixels; as many files at once as there are cores.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { BATCH, inputWorkload, timeBatches } from './input-rate.ts'

const SIZE = 224
const { folder, cores, seconds } = inputWorkload(0)
const [width, height] = folder.split('/').at(-1)!.split('x').map(Number) as [number, number]
const files = readdirSync(join(folder, 'train/a')).map((name) => join(folder, 'train/a', name))
sharp.concurrency(1)
sharp.cache(false)

let place = 0
/** Area 8 to 100 %, aspect ratio 3/4 to 4/3, as our default. */
function crop() {
  for (;;) {
    const area = width * height * (0.08 + 0.92 * Math.random())
    const aspect = Math.exp(Math.log(3 / 4) + Math.random() * Math.log(16 / 9))
    const [w, h] = [Math.round(Math.sqrt(area * aspect)), Math.round(Math.sqrt(area / aspect))]
    if (w <= width && h <= height)
      return {
        left: Math.floor(Math.random() * (width - w + 1)),
        top: Math.floor(Math.random() * (height - h + 1)),
        width: w,
        height: h,
      }
  }
}
const read = () =>
  sharp(files[place++ % files.length])
    .extract(crop())
    .resize(SIZE, SIZE, { fit: 'fill', kernel: 'linear' })
    .flop(Math.random() < 0.5)
    .raw()
    .toBuffer()

async function batch(): Promise<void> {
  let left = BATCH
  const worker = async () => {
    while (left-- > 0) await read()
  }
  await Promise.all(Array.from({ length: cores }, worker))
}

await timeBatches(batch, seconds)
