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

/** The ends of file names, in lower case, that are taken for images without a look at their content. */
export const imageExtensions: ReadonlySet<string> = new Set([
  ...['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.bmp', '.dib', '.gif', '.webp'],
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
