import { join } from 'node:path'
import { z } from 'zod'
import { fileSha256 } from '../hash.ts'
import { readJson } from '../files.ts'
import { statSync } from 'node:fs'

const hexadecimal = z.string().regex(/^[0-9a-f]{64}$/)
/** Relative, without a way out. */
const inside = z.string().regex(/^(?!.*(^|\/)\.\.(\/|$))[^/\0][^\0]*$/)

const laidOutSchema = z.object({
  packages: z.array(z.object({ name: z.string(), version: z.string(), file: z.string() })).max(100),
  files: z.array(z.object({ path: inside, bytes: z.int().min(0), sha256: hexadecimal })).max(10_000),
})

/** What lies in the folder of a build that is made of several packages. */
export type LaidOut = z.infer<typeof laidOutSchema>

/** Beside the files that it lists; written last. */
export const laidOutFile = 'files.json'

/** Throws `StorageError`, or a plain error where the list is not one. */
export function readLaidOut(folder: string): LaidOut {
  return laidOutSchema.parse(readJson(join(folder, laidOutFile)))
}

/** What is missing or has another size, as a clause; nothing where all is there. */
export function wrongFile(folder: string, { files }: Pick<LaidOut, 'files'>): string | undefined {
  for (const { path, bytes } of files) {
    const size = sizeOf(join(folder, path))
    if (size === null) return `${path} is missing`
    if (size !== bytes) return `${path} has ${size} bytes instead of ${bytes}`
  }
  return undefined
}

/** As {@link wrongFile}, of what is in the files: reads all of them. */
export async function wrongContent(folder: string, { files }: Pick<LaidOut, 'files'>): Promise<string | undefined> {
  for (const { path, sha256 } of files)
    if ((await fileSha256(join(folder, path))) !== sha256)
      return `${path} does not have the checksum that it was written with`
  return undefined
}

/** `null` for whatever is no file that can be reached; a part of the path may be a file itself. */
export function sizeOf(file: string): number | null {
  try {
    const stats = statSync(file)
    return stats.isFile() ? stats.size : null
  } catch {
    return null
  }
}
