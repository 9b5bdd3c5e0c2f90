import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const magic64 = 0xfeedfacf
const headerBytes = 32
const arm64 = 0x0100000c
const LC_SEGMENT_64 = 0x19
/** Bytes: those of TensorFlow's libraries are a few thousand. */
const mostCommands = 1 << 20

/**
 * What is wrong with a file that should be a whole Mach-O library for Apple's processors, or `null`. The last segment ends
 * where the file does, so a library that was cut short does not hold all of it. The offsets are those of `mach_header_64`
 * and `segment_command_64` in Apple's `mach-o/loader.h`. Throws what the file system throws.
 */
export function machODamage(file: string): string | null {
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const header = Buffer.alloc(headerBytes)
    const read = readSync(descriptor, header, 0, headerBytes, 0)
    if (size === 0) return 'is empty'
    if (read < 4 || header.readUInt32LE(0) !== magic64) return 'is no Mach-O library'
    if (read < headerBytes) return 'is cut short'
    if (header.readUInt32LE(4) !== arm64) return 'is for another processor'
    const bytes = header.readUInt32LE(20)
    if (bytes > mostCommands) return 'has a damaged header'
    const commands = Buffer.alloc(bytes)
    if (readSync(descriptor, commands, 0, bytes, headerBytes) < bytes) return 'is cut short'
    const end = endOfSegments(commands, header.readUInt32LE(16))
    if (end === undefined) return 'has a damaged header'
    return end > size ? 'is cut short' : null
  } finally {
    closeSync(descriptor)
  }
}

/** Where the last segment ends in the file; nothing where the commands contradict their sizes. */
function endOfSegments(commands: Buffer, count: number): number | undefined {
  let end = 0
  let at = 0
  for (let index = 0; index < count; index += 1) {
    if (at + 8 > commands.length) return undefined
    const size = commands.readUInt32LE(at + 4)
    if (size < 8 || at + size > commands.length) return undefined
    if (commands.readUInt32LE(at) === LC_SEGMENT_64) {
      if (size < 72) return undefined
      end = Math.max(end, Number(commands.readBigUInt64LE(at + 40) + commands.readBigUInt64LE(at + 48)))
    }
    at += size
  }
  return end
}
