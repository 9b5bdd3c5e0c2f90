import { rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { Thumbnails } from './thumbnails.ts'

async function picture(width: number, height: number): Promise<string> {
  const file = join(temporaryFolder(), 'picture.png')
  await sharp({ create: { width, height, channels: 3, background: '#3060c0' } }).png().toFile(file)
  return file
}

it('fits an image into a square, and makes none larger', async () => {
  const thumbnails = new Thumbnails()
  expect(await sharp(await thumbnails.of(await picture(200, 100), 64)).metadata()).toMatchObject({ format: 'webp', width: 64, height: 32 })
  expect(await sharp(await thumbnails.of(await picture(28, 28), 64)).metadata()).toMatchObject({ width: 28, height: 28 })
})

it('keeps what it made, and is empty for what is gone', async () => {
  const thumbnails = new Thumbnails()
  const file = await picture(20, 20)
  const made = await thumbnails.of(file, 16)
  rmSync(file)
  expect(await thumbnails.of(file, 16)).toBe(made)
  thumbnails.forget()
  expect(await thumbnails.of(file, 16)).toHaveLength(0)
})
