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

/** Orientations are told apart from kinds by a factor that no kind reaches. */
export const TURNED = 8

/**
 * How the pixels of an image are made: its kind, and how they are turned afterwards. That of an upright one is its kind.
 * @param orientation EXIF's, 1 to 8
 */
export const decodingOf = (kind: ImageKind, orientation: number): number => kind + TURNED * (orientation - 1)
export const kindOf = (decoding: number): ImageKind => (decoding % TURNED) as ImageKind
export const orientationOfDecoding = (decoding: number): number => Math.floor(decoding / TURNED) + 1

/** What EXIF's orientations 1 to 8 ask for: the picture is transposed first (rows become columns), then mirrored. */
export const turns: readonly { readonly transposed: boolean; readonly upDown: boolean; readonly leftRight: boolean }[] =
  [
    { transposed: false, upDown: false, leftRight: false },
    { transposed: false, upDown: false, leftRight: true },
    { transposed: false, upDown: true, leftRight: true },
    { transposed: false, upDown: true, leftRight: false },
    { transposed: true, upDown: false, leftRight: false },
    { transposed: true, upDown: false, leftRight: true },
    { transposed: true, upDown: true, leftRight: true },
    { transposed: true, upDown: true, leftRight: false },
  ]

/** The ends of file names, in lower case, that are taken for images without a look at their content. */
export const imageExtensions: ReadonlySet<string> = new Set([
  ...['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.bmp', '.dib', '.gif', '.webp'],
  // By way of a copy that TensorFlow decodes.
  ...['.tif', '.tiff', '.pbm', '.pgm', '.ppm', '.pnm'],
])

/** Those of files that are often beside images, and are none: their content is not looked at. */
export const otherExtensions: ReadonlySet<string> = new Set([
  ...['.txt', '.csv', '.tsv', '.json', '.jsonl', '.xml', '.yaml', '.yml', '.toml', '.md', '.html', '.htm', '.log'],
  ...['.py', '.pyc', '.ipynb', '.js', '.ts', '.m', '.r', '.sh', '.bat', '.c', '.cpp', '.h', '.css', '.ini', '.cfg'],
  ...['.npy', '.npz', '.mat', '.h5', '.hdf5', '.pkl', '.pt', '.pth', '.ckpt', '.onnx', '.pb', '.parquet', '.arrow'],
  ...['.zip', '.tar', '.gz', '.tgz', '.bz2', '.xz', '.7z', '.rar', '.tfrecord', '.bin', '.db', '.sqlite', '.lock'],
  ...[
    '.mp4',
    '.avi',
    '.mov',
    '.mkv',
    '.webm',
    '.wav',
    '.mp3',
    '.pdf',
    '.doc',
    '.docx',
    '.xls',
    '.xlsx',
    '.sha256',
    '.md5',
  ],
])

/** An image of more than this is refused before it is decoded: a small file can unpack to any size. */
export const maxPixels = 100_000_000
