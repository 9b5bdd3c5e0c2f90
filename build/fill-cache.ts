import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileSha256 } from '../storage/hash.ts'
import { buildOf, version } from '../storage/builds/builds.ts'
import { TensorFlowLibraryError } from '../shared/errors.ts'
import { fillFolder } from './cache-folder.ts'
import { downloadWheel, type Wheel } from './pip.ts'
import { say, withMeter } from './progress.ts'
import { unpackWheel } from './unpack-wheel.ts'

const release = buildOf('cpu')!
const wheel: Wheel = {
  ...release.wheel,
  package: release.wheel.name,
  version,
  pythonVersion: '3.11',
  platform: 'manylinux_2_27_x86_64',
}
const libraryBytes = release.libraries.reduce((sum, { bytes }) => sum + bytes, 0)

/** Fetches TensorFlow into a folder of the cache. Throws `TensorFlowLibraryError` or `StorageError`. */
export async function fillCache(target: string): Promise<void> {
  await fillFolder(target, { name: 'TensorFlow', bytes: wheel.bytes + libraryBytes }, fetchInto)
  say(`TensorFlow ${version} is in ${target}.`)
}

async function fetchInto(folder: string): Promise<void> {
  const file = await downloadWheel(wheel, folder)
  if ((await fileSha256(file)) !== wheel.sha256)
    throw new TensorFlowLibraryError(
      `The downloaded ${wheel.file} does not have the expected checksum, so it was thrown away; run "npm run setup" again, and check which index pip uses if that does not help.`,
    )
  let done = 0
  const unpack = () => unpackWheel(file, release.libraries, folder, (bytes) => (done += bytes))
  await withMeter('Unpacking TensorFlow', libraryBytes, () => done, unpack)
  await rm(file)
  for (const name of await readdir(folder))
    if (!release.libraries.some((library) => library.name === name)) await rm(join(folder, name), { recursive: true })
}
