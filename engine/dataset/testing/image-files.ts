import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import { liveObjects, Session } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../tensorflow/graph/builder.ts'

/** A new folder; `remove` deletes it. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'anneal-data-'))
  return { path, remove: () => rmSync(path, { recursive: true }) }
}

/** Smooth colours with some noise, so that every place of every image is different; row-major RGB. */
export function pixelsOf(seed: number, width: number, height: number, channels = 3): Uint8Array {
  let state = seed + 1
  const noise = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  const at = (x: number, y: number, c: number) => 128 + 100 * Math.sin(x / 7 + c + seed) * Math.cos(y / 9 - seed)
  return Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    return at(x, y, c) + 20 * (noise() - 0.5)
  })
}

export const raw = (pixels: Uint8Array, width: number, height: number, channels: 1 | 3 | 4 = 3) =>
  sharp(pixels, { raw: { width, height, channels } })

export const picture = (seed: number, width: number, height: number) =>
  raw(pixelsOf(seed, width, height), width, height)

/** Writes a file, and the folders around it. */
export function put(file: string, content: string | Uint8Array = ''): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

/** Writes an image in the format of its name, JPEG unless that ends in .png. */
export async function putImage(file: string, seed: number, width = 40, height = 30): Promise<void> {
  const image = picture(seed, width, height)
  put(file, await (file.toLowerCase().endsWith('.png') ? image.png() : image.jpeg({ quality: 95 })).toBuffer())
}

/** A complete recipe that differs from the default in its data and augmentation. */
export const recipeOf = (data: Partial<Recipe['data']>, augment: Partial<Recipe['augment']> = {}, seed = 1) =>
  parseRecipe({ data, augment, run: { seed } })

/** Runs what a graph computes, each output as plain numbers. */
export async function compute(build: (g: GraphBuilder) => readonly Output[]): Promise<number[][]> {
  using g = new GraphBuilder()
  const fetches = build(g)
  using session = new Session(g.graph)
  return (await session.run({ fetches })).map((tensor) => {
    using t = tensor
    return Array.from(t.data(), Number)
  })
}

/** How many native objects there are. */
export const nativeObjects = () => ['Tensor', 'Session', 'Graph', 'GraphFunction'].map(liveObjects)
