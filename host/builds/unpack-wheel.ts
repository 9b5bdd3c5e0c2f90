import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openPromise } from 'yauzl'
import { TensorFlowLibraryError } from '../../shared/errors.ts'
import type { PinnedFile } from '../../storage/builds/builds.ts'
import type { PartFile } from '../../storage/builds/laid-out.ts'
import { writeSynced } from '../../storage/write-synced.ts'

/**
 * Which files of a wheel are wanted, and where they go. `undefined`: left out.
 * @param name of the file in the wheel, e.g. `nvidia/cublas/lib/libcublas.so.12`
 */
export type Choose = (name: string) => string | undefined

/** What TensorFlow opens of NVIDIA's packages: libraries, the assembler and what it compiles with; no headers, no static libraries. */
const opened = /^nvidia\/[a-z_]+\/(lib\/[^/]+\.so[.\d]*|bin\/[^/]+|nvvm\/.+[^/])$/

export const chooseNvidia: Choose = (name) => (opened.test(name) ? name : undefined)

/** TensorFlow's own two libraries. @param folder where they go, relative */
export const chooseLibraries =
  (libraries: readonly PinnedFile[], folder: string): Choose =>
  (name) => {
    const own = name.startsWith('tensorflow/') ? name.slice('tensorflow/'.length) : undefined
    return libraries.some((library) => library.name === own) ? join(folder, own!) : undefined
  }

/**
 * Unpacks some files of a wheel into a folder, each synced to the disk; one that is there already is written anew.
 * yauzl refuses names that lead out of the folder. Throws `TensorFlowLibraryError` for a wheel that cannot be read.
 * @param onBytes told of every piece written
 */
export async function unpackWheel(
  wheel: string,
  choose: Choose,
  folder: string,
  onBytes: (bytes: number) => void,
): Promise<PartFile[]> {
  const unpacked: PartFile[] = []
  const archive = await openPromise(wheel).catch((error: unknown) => {
    throw new TensorFlowLibraryError(`${wheel} is no wheel that can be read.`, { cause: error })
  })
  for await (const entry of archive.eachEntry()) {
    const path = choose(entry.fileName)
    if (path === undefined) continue
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await rm(file, { force: true })
    // The upper half holds Unix's mode: a program stays one.
    const isProgram = ((entry.externalFileAttributes >>> 16) & 0o100) !== 0
    const content = await archive.openReadStreamPromise(entry)
    const sha256 = await writeSynced(content, file, onBytes, isProgram ? 0o755 : 0o644)
    unpacked.push({ path, bytes: entry.uncompressedSize, sha256 })
  }
  return unpacked
}
