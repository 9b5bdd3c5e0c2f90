/** What a file is, told by how it begins. */
interface Format {
  /** What people call it. */
  readonly name: string
  /** How its pictures are decoded: by TensorFlow, or by way of a copy that it decodes. */
  readonly isRead?: 'directly' | 'by a copy'
  readonly begins: (head: Buffer) => boolean
}

const at = (place: number, mark: string) => (head: Buffer) =>
  head.toString('latin1', place, place + mark.length) === mark
const starts =
  (...marks: readonly string[]) =>
  (head: Buffer) =>
    marks.some((mark) => at(0, mark)(head))
/** Of a file in ISO's base media format: the brand comes after its first size. */
const brand =
  (...marks: readonly string[]) =>
  (head: Buffer) =>
    at(4, 'ftyp')(head) && marks.some((mark) => at(8, mark)(head))
const text = (pattern: RegExp) => (head: Buffer) => pattern.test(head.toString('latin1').replace(/^\xEF\xBB\xBF/, ''))

/** Of pictures and of what is often given a picture's name; the first that fits. */
const formats: readonly Format[] = [
  { name: 'JPEG', isRead: 'directly', begins: starts('\xFF\xD8\xFF') },
  { name: 'PNG', isRead: 'directly', begins: starts('\x89PNG\r\n\x1A\n') },
  { name: 'GIF', isRead: 'directly', begins: starts('GIF87a', 'GIF89a') },
  { name: 'WebP', isRead: 'directly', begins: (head) => starts('RIFF')(head) && at(8, 'WEBP')(head) },
  // Two letters alone begin many a text: the reserved bytes after the size must be 0, and the header's size one that exists.
  {
    name: 'BMP',
    isRead: 'directly',
    begins: (head) =>
      starts('BM')(head) && head.length >= 18 && [12, 16, 40, 52, 56, 64, 108, 124].includes(head.readUInt32LE(14)),
  },
  { name: 'TIFF', isRead: 'by a copy', begins: starts('II*\0', 'MM\0*', 'II+\0', 'MM\0+') },
  { name: 'AVIF', begins: brand('avif', 'avis') },
  { name: 'HEIC', begins: brand('heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1') },
  { name: 'JPEG XL', begins: starts('\xFF\x0A', '\0\0\0\x0CJXL ') },
  { name: 'JPEG 2000', begins: starts('\0\0\0\x0CjP  ', '\xFF\x4F\xFF\x51') },
  { name: 'PSD', begins: starts('8BPS') },
  { name: 'ICO', begins: starts('\0\0\x01\0') },
  { name: 'OpenEXR', begins: starts('\x76\x2F\x31\x01') },
  { name: 'DICOM', begins: at(128, 'DICM') },
  { name: 'PNM', isRead: 'by a copy', begins: text(/^P[1-7][\s#]/) },
  { name: 'SVG', begins: text(/^\s*(<\?xml[^]*)?(<!--[^]*-->\s*)?<svg\b/i) },
  { name: 'HTML', begins: text(/^\s*(<!doctype html|<html|<head|<body)\b/i) },
  { name: 'XML', begins: text(/^\s*<\?xml\b/i) },
  { name: 'PDF', begins: starts('%PDF-') },
  { name: 'ZIP', begins: starts('PK\x03\x04') },
  { name: 'GZIP', begins: starts('\x1F\x8B') },
  { name: 'MP4', begins: at(4, 'ftyp') },
  { name: 'Git LFS pointer', begins: starts('version https://git-lfs') },
]

/** Bytes of a file's beginning that tell its format. */
export const HEAD_BYTES = 512

/**
 * What a file is by its first bytes, and how that format is decoded, if it is; `undefined` for what begins like none of
 * the formats that are told apart.
 * @param head the first {@link HEAD_BYTES}, or all bytes of a shorter file
 */
export function formatOf(head: Buffer): Pick<Format, 'name' | 'isRead'> | undefined {
  return formats.find(({ begins }) => begins(head))
}
