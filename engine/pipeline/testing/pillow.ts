import type { Picture } from './bilinear.ts'

const kernels = {
  'bilinear-antialias': { radius: 1, at: (x: number) => Math.max(0, 1 - x) },
  // Keys 1981, with a = -0.5.
  'bicubic-antialias': {
    radius: 2,
    at: (x: number) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0),
  },
} as const

export type Antialiased = keyof typeof kernels

/** What each place of an axis of `to` pixels takes of one of `from`: the kernel about its centre, cut off at the edges. */
function weightsOf(
  from: number,
  to: number,
  name: Antialiased,
): { readonly first: number; readonly shares: number[] }[] {
  const { radius, at } = kernels[name]
  const scale = from / to
  const width = Math.max(scale, 1)
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale
    const first = Math.max(0, Math.floor(centre - radius * width + 0.5))
    const last = Math.min(from, Math.floor(centre + radius * width + 0.5))
    const taken = Array.from({ length: last - first }, (_, k) => at(Math.abs((first + k + 0.5 - centre) / width)))
    const sum = taken.reduce((a, b) => a + b, 0)
    return { first, shares: taken.map((share) => share / sum) }
  })
}

const level = (x: number) => Math.max(0, Math.min(255, Math.floor(x + 0.5)))

/**
 * Pillow's Image.resize of pixels of 8 bits (its src/libImaging/Resample.c, up to version 12): across, then down, rounded
 * after each.
 */
export function pillowResize(
  { pixels, height, width, channels }: Picture,
  [toHeight, toWidth]: readonly [number, number],
  name: Antialiased,
): Uint8Array {
  const across = weightsOf(width, toWidth, name)
  const down = weightsOf(height, toHeight, name)
  const between = Uint8Array.from({ length: height * toWidth * channels }, (_, at) => {
    const [c, x, y] = [at % channels, Math.floor(at / channels) % toWidth, Math.floor(at / channels / toWidth)]
    const { first, shares } = across[x]!
    return level(shares.reduce((sum, share, k) => sum + share * pixels[(y * width + first + k) * channels + c]!, 0))
  })
  return Uint8Array.from({ length: toHeight * toWidth * channels }, (_, at) => {
    const row = toWidth * channels
    const { first, shares } = down[Math.floor(at / row)]!
    return level(shares.reduce((sum, share, k) => sum + share * between[(first + k) * row + (at % row)]!, 0))
  })
}

/** A window of a picture: top, left, height, width. */
export function windowOf(
  { pixels, width, channels }: Picture,
  [top, left, h, w]: readonly [number, number, number, number],
): Picture {
  const rows = Array.from({ length: h }, (_, y) => {
    const begin = ((top + y) * width + left) * channels
    return [...pixels.subarray(begin, begin + w * channels)]
  })
  return { pixels: Uint8Array.from(rows.flat()), height: h, width: w, channels }
}
