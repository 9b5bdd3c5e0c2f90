import fc from 'fast-check'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import { readColumnFile, writeColumnFile } from './column-file.ts'

const content = {
  facts: { kind: 'image-folder' },
  columns: { heights: Int32Array.of(24, 32, 28), bytes: Float64Array.of(1, 2.5, 3), kinds: Uint8Array.of(1, 2, 1) },
}

it('columns are read back as they were written', () => {
  const file = join(temporaryFolder(), 'a.index')
  writeColumnFile(file, content)
  expect(readColumnFile(file)).toEqual(content)
})

it('a file of which any bit has changed counts as none, and so does one that was cut short', () => {
  const file = join(temporaryFolder(), 'a.index')
  writeColumnFile(file, content)
  const whole = readFileSync(file)
  fc.assert(
    fc.property(fc.nat(8 * whole.length - 1), (bit) => {
      const flipped = Buffer.from(whole)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      writeFileSync(file, flipped)
      expect(readColumnFile(file)).toBeUndefined()
    }),
  )
  writeFileSync(file, whole.subarray(0, -1))
  expect(readColumnFile(file)).toBeUndefined()
})
