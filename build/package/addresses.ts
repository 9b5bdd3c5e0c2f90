import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { addressesFile, type Addresses } from '../../host/builds/addresses.ts'
import { findPip, pipReason, runPip, wheelArguments } from '../../host/builds/pip-source.ts'
import type { VersionedWheel } from '../../host/builds/wheel-source.ts'
import { buildNames, type BuildName } from '../../shared/contract/builds.ts'
import { buildOf, version, type Build } from '../../storage/builds/builds.ts'
import { readJson, writeJson } from '../../storage/files.ts'
import { say } from '../progress.ts'

/** What pip tells of the wheel that it would install. */
const reportSchema = z.object({
  install: z.tuple([
    z.object({
      download_info: z.object({
        url: z.url(),
        // As `sha256=...`, which is the one that every pip writes.
        archive_info: z.object({ hash: z.string().optional() }),
      }),
    }),
  ]),
})

/** The wheels of a build, TensorFlow's first. */
export const wheelsOf = ({ wheel, packages }: Build): VersionedWheel[] => [{ ...wheel, version }, ...packages]

/**
 * Tells a package where the index of the pip that is here has the wheels of its platform's builds. Of a build of which
 * one is missing, or is not the pinned one, it is told nothing: that build could not be fetched whole. That is said.
 */
export async function packAddresses(resources: string): Promise<void> {
  const addresses: Addresses = {}
  const pip = await findPip().catch(() => undefined)
  for (const name of buildNames) {
    const build = buildOf(name)
    if (!build) continue
    try {
      if (!pip) throw new NoAddressError('pip is not on this machine')
      say(`Asking pip where the wheels of TensorFlow's ${name} build are ...`)
      Object.assign(addresses, await askForAddresses(pip, wheelsOf(build), process.env))
    } catch (error) {
      if (!(error instanceof NoAddressError)) throw error
      say(leftOut(name, error.message))
    }
  }
  writeJson(addressesFile(resources), addresses)
}

const leftOut = (name: BuildName, reason: string) =>
  `The package is not told where the wheels of TensorFlow's ${name} build are: ${reason}. "anneal builds fetch ${name}" of this package will need --mirror.`

/** Why an address cannot be had, as a clause. */
export class NoAddressError extends Error {}

/**
 * Where wheels lie, by their names. An index that does not give what is in a wheel beside it has pip read all of it.
 * Throws `NoAddressError` at the first that cannot be had.
 */
export async function askForAddresses(
  pip: readonly string[],
  wheels: readonly VersionedWheel[],
  env: NodeJS.ProcessEnv,
): Promise<Addresses> {
  const addresses: Addresses = {}
  for (const wheel of wheels) {
    const folder = mkdtempSync(join(tmpdir(), 'anneal-addresses-'))
    try {
      const report = join(folder, 'report.json')
      const options = ['--dry-run', '--ignore-installed', '--target', folder, '--report', report]
      const { status, output } = await runPip([...pip, 'install', ...options, ...wheelArguments(wheel)], env)
      if (status !== 0)
        throw new NoAddressError(`pip does not find ${wheel.name} ${wheel.version}, ${pipReason(output)}`)
      addresses[wheel.file] = addressIn(readJson(report), wheel)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return addresses
}

/** The address in pip's report on one wheel. Throws `NoAddressError` where that is another wheel, or not on https. */
export function addressIn(report: unknown, wheel: VersionedWheel): string {
  const read = reportSchema.safeParse(report)
  if (!read.success) throw new NoAddressError(`what pip reports of ${wheel.name} is not understood`)
  const { url, archive_info: archive } = read.data.install[0].download_info
  const { protocol, pathname } = new URL(url)
  const file = decodeURIComponent(basename(pathname))
  if (file !== wheel.file) throw new NoAddressError(`the index gives ${file} in place of ${wheel.file}`)
  if (archive.hash !== `sha256=${wheel.sha256}`)
    throw new NoAddressError(`${file} does not have the pinned checksum on the index`)
  if (protocol !== 'https:') throw new NoAddressError(`${file} is on an index without https`)
  return url
}
