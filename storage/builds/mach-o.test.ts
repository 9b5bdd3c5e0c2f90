import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { machODamage } from './mach-o.ts'

interface Parts {
  readonly processor?: number
  readonly magic?: number
  /** Bytes of the file that the one segment has. */
  readonly segment?: number
  readonly commandSize?: number
}

/** A library of one segment, as `mach-o/loader.h` lays it out. */
function library({ processor = 0x0100000c, magic = 0xfeedfacf, segment = 500, commandSize = 72 }: Parts = {}): Buffer {
  const bytes = Buffer.alloc(600)
  bytes.writeUInt32LE(magic, 0)
  bytes.writeUInt32LE(processor, 4)
  bytes.writeUInt32LE(6, 12) // MH_DYLIB
  bytes.writeUInt32LE(1, 16)
  bytes.writeUInt32LE(72, 20)
  bytes.writeUInt32LE(0x19, 32)
  bytes.writeUInt32LE(commandSize, 36)
  bytes.writeBigUInt64LE(100n, 32 + 40)
  bytes.writeBigUInt64LE(BigInt(segment), 32 + 48)
  return bytes
}

it.each<[string, Buffer, string | null]>([
  ['whole', library(), null],
  ['cut by a byte', library().subarray(0, 599), 'is cut short'],
  ['cut within its commands', library().subarray(0, 60), 'is cut short'],
  ['cut within its header', library().subarray(0, 20), 'is cut short'],
  ['empty', Buffer.alloc(0), 'is empty'],
  ['an ELF library', Buffer.from('\x7fELF and more'), 'is no Mach-O library'],
  ['three bytes', Buffer.from('abc'), 'is no Mach-O library'],
  ["for Intel's processors", library({ processor: 0x01000007 }), 'is for another processor'],
  ['with a command of no size', library({ commandSize: 0 }), 'has a damaged header'],
  ['with a command longer than all of them', library({ commandSize: 9999 }), 'has a damaged header'],
])('a file that is %s', (_, bytes, damage) => {
  const file = join(temporaryFolder(), 'library.dylib')
  writeFileSync(file, bytes)
  expect(machODamage(file)).toBe(damage)
})
