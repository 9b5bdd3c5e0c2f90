import { expect, it } from 'vitest'
import { formatBytes } from './format-bytes.ts'

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [103_022_592, '98.3 MiB'],
  [1024 ** 3 * 1.5, '1.5 GiB'],
  [2 ** 37, '128.0 GiB'],
  [1024 ** 5, '1024.0 TiB'],
  [2 ** 53, '8192.0 TiB'],
])('%d bytes', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
