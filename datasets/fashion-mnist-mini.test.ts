import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import pixels from './fashion-mnist-mini/pixels.json' with { type: 'json' }

const folder = join(import.meta.dirname, 'fashion-mnist-mini')
const classes = [
  'ankle-boot',
  'bag',
  'coat',
  'dress',
  'pullover',
  'sandal',
  'shirt',
  'sneaker',
  't-shirt-top',
  'trouser',
]

async function files(split: string): Promise<string[]> {
  const found = await readdir(join(folder, split), { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** The bytes of all pixels, in the order of the files. */
async function decode(paths: string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    const image = sharp(path)
    const { width, height, channels, depth } = await image.metadata()
    expect([width, height, channels, depth]).toEqual([28, 28, 1, 'uchar'])
    hash.update(await image.toColourspace('b-w').raw().toBuffer())
  }
  return hash.digest('hex')
}

describe.each([
  { split: 'train' as const, perClass: 600 },
  { split: 'val' as const, perClass: 100 },
])('fashion-mnist-mini/$split', ({ split, perClass }) => {
  it(`has ${perClass} PNG files in each of the ten classes`, async () => {
    expect((await readdir(join(folder, split))).sort()).toEqual(classes)
    for (const name of classes) {
      const names = await readdir(join(folder, split, name))
      expect(names).toHaveLength(perClass)
      expect(names.filter((file) => !/^\d{5}\.png$/.test(file))).toEqual([])
    }
  })

  it('holds the pixels of the original', async () => {
    expect(await decode(await files(split))).toBe(pixels[split])
  })
})

it('takes at most 5 MB', async () => {
  const all = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const sizes = await Promise.all(all.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(5e6)
})
