import { z } from 'zod'
import { compareVersions } from '../../shared/compare-versions.ts'
import { UsageError } from '../../shared/errors.ts'
import type { NvidiaPackage } from '../../storage/builds/builds.ts'
import { readJson } from '../../storage/files.ts'

const packageSchema = z.strictObject({
  name: z.string().max(100),
  version: z.string().regex(/^\d+(\.\d+){1,4}$/, 'a version is numbers with points between them'),
  file: z.string().regex(/^[A-Za-z0-9_.+-]+\.whl$/, "the wheel's file name ends with .whl and has no folder"),
  bytes: z.int().min(1).max(10e9),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 hexadecimal digits'),
  unpackedBytes: z.int().min(1).max(50e9).optional(),
})

const pinsSchema = z.strictObject({ packages: z.array(packageSchema).min(1).max(100) })

/** Bytes unpacked for each byte of a wheel, where a pin does not say: that of the libraries that compress best. */
const EXPANSION = 3

/**
 * NVIDIA's packages with other versions in the place of ours, as a file names them:
 * `{"packages": [{"name", "version", "file", "bytes", "sha256"}]}`.
 * Throws `UsageError` for a package that TensorFlow does not use, and for a version that it does not take.
 */
export function withPins(packages: readonly NvidiaPackage[], file: string): NvidiaPackage[] {
  const pins = new Map(readPins(file).map((pin) => [pin.name, pin]))
  for (const name of pins.keys())
    if (!packages.some((known) => known.name === name))
      throw new UsageError(
        `${file} pins ${name}, which TensorFlow's CUDA build does not use; it uses ${packages.map((known) => known.name).join(', ')}.`,
      )
  return packages.map((known) => {
    const pin = pins.get(known.name)
    if (!pin) return known
    const { atLeast, below } = known
    if (compareVersions(pin.version, atLeast) < 0 || compareVersions(pin.version, below) >= 0)
      throw new UsageError(
        `${file} pins ${pin.name} ${pin.version}, and TensorFlow takes ${atLeast} or later, below ${below}.`,
      )
    return { ...known, ...pin, unpackedBytes: pin.unpackedBytes ?? EXPANSION * pin.bytes }
  })
}

function readPins(file: string): z.infer<typeof pinsSchema>['packages'] {
  const read = pinsSchema.safeParse(parse(file))
  if (read.success) return read.data.packages
  const [issue] = read.error.issues
  throw new UsageError(`${file} is no list of packages: ${[...(issue?.path ?? [])].join('.')} ${issue?.message}.`)
}

function parse(file: string): unknown {
  try {
    const content = readJson(file)
    if (content !== undefined) return content
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UsageError(`${file} is no JSON: ${error.message}.`)
  }
  throw new UsageError(`${file} is not there; name the file with the packages.`)
}
