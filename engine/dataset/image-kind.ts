/** How an image file is decoded. Its content decides, not its name. */
export const imageKinds = {
  /** Grey or three components: a window of it can be decoded alone. */
  jpeg: 1,
  png: 2,
  /** BMP, GIF and WebP (their first frame) and JPEG in CMYK: always decoded as RGB. */
  other: 3,
  /** Pixels as they are, of one size in a dataset. */
  raw: 4,
} as const

export type ImageKind = (typeof imageKinds)[keyof typeof imageKinds]

/** The ends of file names, in lower case, that are taken for images. */
export const imageExtensions: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.bmp', '.gif', '.webp'])

/** An image of more than this is refused before it is decoded: a small file can unpack to any size. */
export const maxPixels = 100_000_000
