import { join } from 'node:path'
import { openPromise } from 'yauzl'
import { TensorFlowLibraryError } from '../shared/errors.ts'
import { writeSynced } from './write-synced.ts'

export interface WheelMember {
  /** The file's name, without the folders that it lies in. */
  name: string
  sha256: string
}

/**
 * Unpacks some files of a wheel into a folder, flat, each synced to the disk.
 * `onBytes` is told of every piece written. Throws `TensorFlowLibraryError` where one is missing or differs.
 */
export async function unpackWheel(
  wheel: string,
  members: readonly WheelMember[],
  folder: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const wanted = new Map(members.map((member) => [`tensorflow/${member.name}`, member]))
  const archive = await openPromise(wheel)
  for await (const entry of archive.eachEntry()) {
    const member = wanted.get(entry.fileName)
    if (!member) continue
    const sha256 = await writeSynced(await archive.openReadStreamPromise(entry), join(folder, member.name), onBytes)
    if (sha256 !== member.sha256)
      throw new TensorFlowLibraryError(`${member.name} came out of the wheel damaged; run "npm run setup -- --repair".`)
    wanted.delete(entry.fileName)
  }
  if (wanted.size > 0)
    throw new TensorFlowLibraryError(`The wheel ${wheel} does not hold ${[...wanted.keys()].join(' and ')}.`)
}
