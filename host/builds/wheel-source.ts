import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { TensorFlowLibraryError } from '../../shared/errors.ts'
import type { Wheel } from '../../storage/builds/builds.ts'
import { fileSha256 } from '../../storage/hash.ts'
import { download, UnreachableError, type DownloadOptions } from '../machine/download.ts'

/** With its version, which package indexes want to know. */
export interface VersionedWheel extends Wheel {
  readonly version: string
}

export interface ObtainOptions {
  /** Told of the bytes that are there, now and then. */
  readonly onBytes: (bytes: number) => void
  /** Ends it; what has come stays. */
  readonly signal?: AbortSignal | undefined
}

/** Where wheels come from. */
export interface WheelSource {
  /**
   * Has a wheel, whose checksum is right, as a file: in the folder, where what an earlier try left is used, or where it
   * lies already.
   * @throws TensorFlowLibraryError, StorageError, the signal's reason
   */
  obtain(wheel: VersionedWheel, folder: string, options: ObtainOptions): Promise<string>
}

/** A folder, or a server, that has the wheels under their own names. Throws `TensorFlowLibraryError` where it is neither. */
export function mirrorSource(place: string, options: Pick<DownloadOptions, 'patience'> = {}): WheelSource {
  if (/^https?:\/\//.test(place)) return addressSource(({ file }) => `${place.replace(/\/+$/, '')}/${file}`, options)
  if (/^[a-z][a-z+.-]+:\/\//i.test(place))
    throw new TensorFlowLibraryError(
      `${place} is no mirror: give a folder, or an address that begins with http or https.`,
    )
  const folder = resolve(place)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new TensorFlowLibraryError(
      `The mirror ${folder} is no folder; give one that holds the wheels, or an address.`,
    )
  return { obtain: (wheel) => fromFolder(wheel, folder) }
}

async function fromFolder(wheel: VersionedWheel, folder: string): Promise<string> {
  const file = join(folder, wheel.file)
  const size = statSync(file, { throwIfNoEntry: false })?.size
  if (size === undefined) throw new TensorFlowLibraryError(`${folder} does not hold ${wheel.file}; put it there.`)
  if (size !== wheel.bytes)
    throw new TensorFlowLibraryError(`${file} has ${size} bytes and not ${wheel.bytes}; put the whole file there.`)
  if ((await fileSha256(file)) !== wheel.sha256)
    throw new TensorFlowLibraryError(
      `${file} does not have the expected checksum (SHA-256 ${wheel.sha256}); put the right file there.`,
    )
  return file
}

/** Servers, by the address of each wheel; one without is refused. */
export function addressSource(
  addressOf: (wheel: Wheel) => string | undefined,
  options: Pick<DownloadOptions, 'patience'> = {},
): WheelSource {
  return {
    async obtain(wheel, folder, { onBytes, signal }) {
      const address = addressOf(wheel)
      if (address === undefined)
        throw new TensorFlowLibraryError(
          `This Anneal was not told where ${wheel.file} is; name a folder or a server that has it as the mirror.`,
        )
      const file = join(folder, wheel.file)
      if (existsSync(file)) onBytes(wheel.bytes)
      try {
        await download(
          address,
          file,
          { algorithm: 'sha256', sum: wheel.sha256, bytes: wheel.bytes },
          {
            ...options,
            signal,
            onBytes: (done) => onBytes(done),
            refuse: (sentence) => new TensorFlowLibraryError(sentence),
          },
        )
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error
        throw new TensorFlowLibraryError(
          `TensorFlow could not be fetched: ${error.message}; check the network and try again, what has come is kept.`,
          { cause: error },
        )
      }
      return file
    },
  }
}
