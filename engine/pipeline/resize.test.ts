import { describe, expect, it } from 'vitest'
import { pixelsOf } from '../dataset/testing/image-files.ts'
import { Session, Tensor } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { resize, type Scaling } from './resize.ts'
import { largestDifference, type Picture } from './testing/bilinear.ts'
import { pillowResize } from './testing/pillow.ts'

async function resized(
  { pixels, height, width, channels }: Picture,
  size: readonly [number, number],
  scaling: Scaling,
): Promise<Uint8Array> {
  using g = new GraphBuilder()
  const input = g.placeholder('uint8', [null, null, channels])
  const output = resize(g, input, g.constant([...size], 'int32'), channels, scaling)
  using session = new Session(g.graph)
  using fed = Tensor.from('uint8', [height, width, channels], pixels)
  const [fetched] = await session.run({ feeds: [[input, fed]], fetches: [output] })
  using tensor = fetched!
  expect(tensor.shape).toEqual([...size, channels])
  return tensor.data<'uint8'>()
}

const grey = (width: number, height: number, level: (x: number, y: number) => number): Picture => ({
  pixels: Uint8Array.from({ length: width * height }, (_, i) => level(i % width, Math.floor(i / width))),
  width,
  height,
  channels: 1,
})
const pattern = (x: number, y: number) => (y * 71 + x * 113 + ((x * y) % 5) * 29) % 256
/** The hardest edges there are: a cubic kernel overshoots at each. */
const blackAndWhite = (x: number, y: number) => ((x * 7919 + y * 104_729 + x * y * 31) % 3 === 0 ? 255 : 0)
const colours = (width: number, height: number): Picture => ({
  pixels: pixelsOf(width + height, width, height),
  width,
  height,
  channels: 3,
})

// Of Pillow 12.3 and 13.0: Image.fromarray(a).resize((width, height), Image.Resampling.BILINEAR) and BICUBIC.
const golden: [[number, number], [number, number], number[], number[]][] = [
  [
    [9, 7],
    [4, 3],
    [119, 173, 116, 79, 130, 177, 121, 112, 112, 137, 131, 157],
    [118, 180, 115, 74, 123, 186, 120, 108, 110, 138, 127, 164],
  ],
  [
    [4, 3],
    [7, 5],
    [
      0, 40, 105, 170, 216, 134, 83, 28, 73, 144, 164, 173, 156, 146, 71, 122, 203, 156, 109, 190, 241, 114, 116, 119,
      148, 182, 223, 249, 142, 112, 63, 143, 230, 245, 254,
    ],
    [
      0, 23, 96, 188, 232, 126, 58, 17, 61, 148, 176, 175, 150, 135, 60, 118, 210, 156, 102, 194, 252, 120, 117, 115,
      142, 182, 235, 255, 156, 109, 44, 134, 244, 255, 255,
    ],
  ],
  [
    [1, 6],
    [2, 2],
    [89, 89, 106, 106],
    [87, 87, 113, 113],
  ],
  [
    [6, 1],
    [4, 1],
    [42, 172, 137, 107],
    [35, 181, 137, 107],
  ],
  [
    [13, 5],
    [5, 5],
    [
      103, 140, 107, 154, 152, 146, 162, 81, 129, 140, 136, 209, 110, 143, 161, 187, 161, 118, 79, 37, 40, 161, 111,
      132, 135,
    ],
    [
      101, 148, 96, 159, 150, 142, 165, 77, 126, 144, 133, 219, 99, 143, 165, 191, 165, 109, 83, 34, 31, 169, 108, 132,
      135,
    ],
  ],
]

describe('scaling with a low-pass filter', () => {
  it.each(golden)('of %j to %j px gives what Pillow gives', async ([width, height], [w, h], bilinear, bicubic) => {
    const image = grey(width, height, pattern)
    expect(largestDifference(await resized(image, [h, w], 'bilinear-antialias'), bilinear)).toBeLessThanOrEqual(1)
    expect(largestDifference(await resized(image, [h, w], 'bicubic-antialias'), bicubic)).toBeLessThanOrEqual(1)
    expect(largestDifference(pillowResize(image, [h, w], 'bilinear-antialias'), bilinear)).toBe(0)
    expect(largestDifference(pillowResize(image, [h, w], 'bicubic-antialias'), bicubic)).toBe(0)
  })

  // Down and up, odd and even, one axis each way, a side of one pixel.
  it.each([
    [100, 80, 32, 32],
    [57, 91, 32, 32],
    [225, 223, 224, 224],
    [31, 20, 64, 50],
    [20, 90, 41, 40],
    [1, 1, 8, 8],
    [1, 77, 5, 9],
    [77, 1, 9, 5],
    [41, 37, 1, 1],
    [3, 200, 16, 16],
  ] as const)('of %i x %i to %i x %i px follows from its formula', async (width, height, w, h) => {
    for (const image of [colours(width, height), grey(width, height, pattern), grey(width, height, blackAndWhite)])
      for (const name of ['bilinear-antialias', 'bicubic-antialias'] as const)
        expect(
          largestDifference(await resized(image, [h, w], name), pillowResize(image, [h, w], name)),
          name,
        ).toBeLessThanOrEqual(1)
  })

  it.each(['bilinear-antialias', 'bicubic-antialias', 'bilinear', 'area'] as const)(
    'or without one, pixels that have the size already stay as they are: %s',
    async (scaling) => {
      const image = colours(40, 30)
      expect(await resized(image, [30, 40], scaling)).toEqual(image.pixels)
    },
  )

  it('sees every pixel, where bilinear scaling skips most', async () => {
    // Bright pixels that lie between those that bilinear scaling by 5 looks at.
    const image = grey(40, 40, (x, y) => (x % 5 === 0 || y % 5 === 0 ? 255 : 0))
    const mean = (of: Uint8Array) => of.reduce((a, b) => a + b, 0) / of.length
    const whole = mean(image.pixels)
    expect(mean(await resized(image, [8, 8], 'bilinear'))).toBe(0)
    for (const scaling of ['bilinear-antialias', 'bicubic-antialias'] as const)
      expect(Math.abs(mean(await resized(image, [8, 8], scaling)) - whole)).toBeLessThan(12)
  })
})
