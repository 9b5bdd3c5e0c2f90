import sharp from 'sharp'
import type { PreviewedSample } from '../shared/contract/preview.ts'
import { ByteCache } from './byte-cache.ts'

const CACHE_BYTES = 64 * 1024 ** 2

/** Small pictures of image files, kept in memory. The orientation that a camera noted is not applied, as in training. */
export class Thumbnails {
  readonly #cache = new ByteCache(CACHE_BYTES)

  /** WebP of at most `size` px a side; empty where the file is gone or cannot be read. */
  async of(file: string, size: number): Promise<Uint8Array> {
    const key = `${size} ${file}`
    const cached = this.#cache.get(key)
    if (cached) return cached
    const made = await make(file, size)
    if (made.length > 0) this.#cache.set(key, made)
    return made
  }

  forget(): void {
    this.#cache.clear()
  }
}

async function make(file: string, size: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await sharp(file, { failOn: 'none' }).resize(size, size, { fit: 'inside', withoutEnlargement: true }).webp({ quality: 80, effort: 1 }).toBuffer())
  } catch {
    return new Uint8Array()
  }
}

/** The same of pixels, as evaluation sees a sample; they have the size already. */
export async function thumbnailOf({ original, channels }: PreviewedSample, size: number): Promise<Uint8Array> {
  if (!original) return new Uint8Array()
  const image = sharp(original, { raw: { width: size, height: size, channels: channels as 1 | 3 } })
  return new Uint8Array(await image.webp({ quality: 80, effort: 1 }).toBuffer())
}
