import { statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../files.ts'
import { fileSha256 } from '../hash.ts'

/** Relative, without a way out. */
const inside = z.string().regex(/^(?!.*(^|\/)\.\.(\/|$))[^/\0][^\0]*$/)
const hexadecimal = z.string().regex(/^[0-9a-f]{64}$/)

export const partSchema = z.object({
  name: z.string(),
  version: z.string(),
  /** The wheel. */
  file: z.string(),
  files: z.array(z.object({ path: inside, bytes: z.int().min(0), sha256: hexadecimal })).max(10_000),
})

/** What one wheel gave to a build. */
export type Part = z.infer<typeof partSchema>
export type PartFile = Part['files'][number]

const laidOutSchema = z.object({ parts: z.array(partSchema).max(100) })

/** What lies in the folder of a build that is made of several packages. */
export type LaidOut = z.infer<typeof laidOutSchema>

/** Beside the files that it lists. */
export const laidOutFile = 'files.json'

/** Nothing where there is no such list, or one that cannot be read. */
export function readLaidOut(folder: string): LaidOut | undefined {
  try {
    return laidOutSchema.safeParse(readJson(join(folder, laidOutFile))).data
  } catch {
    return undefined
  }
}

/** What is missing or has another size, as a clause; nothing where all is there. */
export function wrongFile(folder: string, files: readonly Pick<PartFile, 'path' | 'bytes'>[]): string | undefined {
  for (const { path, bytes } of files) {
    const size = sizeOf(join(folder, path))
    if (size === null) return `${path} is missing`
    if (size !== bytes) return `${path} has ${size} bytes instead of ${bytes}`
  }
  return undefined
}

/** As {@link wrongFile}, of what is in the files: reads all of them. */
export async function wrongContent(
  folder: string,
  files: readonly Pick<PartFile, 'path' | 'sha256'>[],
): Promise<string | undefined> {
  for (const { path, sha256 } of files)
    if ((await fileSha256(join(folder, path))) !== sha256) return `${path} does not have the checksum that it should`
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
