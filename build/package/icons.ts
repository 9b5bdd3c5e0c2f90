import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { root } from '../node-bundle.ts'

/** Pixels of a side, as desktops ask for them. */
export const iconSizes = [16, 24, 32, 48, 64, 128, 256, 512]

/** The icon of the page, which the window and the desktop have too. */
export const iconFile = join(root, 'renderer/icon.svg')

/** Draws an icon of a size, as PNG. */
export async function drawIcon(size: number, file: string): Promise<void> {
  const sideOfDrawing = 32
  await sharp(iconFile, { density: (72 * size) / sideOfDrawing })
    .resize(size, size)
    .png()
    .toFile(file)
}

/** Draws all sizes into a folder, as `<size>x<size>.png`. */
export async function drawIcons(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const size of iconSizes) await drawIcon(size, join(folder, `${size}x${size}.png`))
}
