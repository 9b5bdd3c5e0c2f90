import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46])
const headerBytes = 64
const class64 = 2

/**
 * What is wrong with a file that should be a whole 64-bit ELF library, or `null`. The linker writes the table
 * of sections last, so a library that was cut short does not hold all of it. The offsets are those of
 * `Elf64_Ehdr` in the System V ABI. Throws what the file system throws.
 */
export function elfDamage(file: string): string | null {
  const descriptor = openSync(file, 'r')
  try {
    const header = Buffer.alloc(headerBytes)
    const read = readSync(descriptor, header, 0, headerBytes, 0)
    return damageOf(header.subarray(0, read), fstatSync(descriptor).size)
  } finally {
    closeSync(descriptor)
  }
}

function damageOf(header: Buffer, size: number): string | null {
  if (size === 0) return 'is empty'
  if (!header.subarray(0, magic.length).equals(magic)) return 'is no ELF library'
  if (header.length < headerBytes) return 'is cut short'
  if (header[4] !== class64) return 'is no 64-bit ELF library'
  const tableStart = Number(header.readBigUInt64LE(0x28))
  const tableBytes = header.readUInt16LE(0x3a) * header.readUInt16LE(0x3c)
  return tableStart + tableBytes > size ? 'is cut short' : null
}
