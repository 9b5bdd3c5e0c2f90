import { spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TensorFlowLibraryError } from '../../shared/errors.ts'
import { bytesIn } from '../../storage/bytes-in.ts'
import { fileSha256 } from '../../storage/hash.ts'
import { pythonVersion } from '../../storage/builds/builds.ts'
import type { ObtainOptions, VersionedWheel, WheelSource } from './wheel-source.ts'

const commands = [['python3', '-m', 'pip'], ['pip3'], ['pip']]
/** Milliseconds between two looks at how much is there. */
const LOOK = 500

/**
 * Lets pip download wheels, without what they depend on and whatever Python is here. pip and its settings (index, proxy,
 * certificates) are the person's own.
 */
export function pipSource(): WheelSource {
  let found: Promise<string[]> | undefined
  return {
    async obtain(wheel, folder, options) {
      const file = join(folder, wheel.file)
      const isRight = async () => existsSync(file) && (await fileSha256(file)) === wheel.sha256
      if (await isRight()) return file
      found ??= findPip()
      await downloadWith(await found, wheel, folder, options)
      if (await isRight()) return file
      rmSync(file, { force: true })
      throw new TensorFlowLibraryError(
        `The downloaded ${wheel.file} does not have the expected checksum, so it was thrown away; run "npm run setup" again, and check which index pip uses if that does not help.`,
      )
    },
  }
}

async function downloadWith(
  pip: readonly string[],
  wheel: VersionedWheel,
  folder: string,
  { onBytes, signal }: ObtainOptions,
): Promise<void> {
  const before = bytesIn(folder)
  const timer = setInterval(() => onBytes(Math.min(wheel.bytes, bytesIn(folder) - before)), LOOK)
  try {
    // pip writes to its temporary folder first: inside ours, it is on the right disk and is cleared with it.
    const env = { ...process.env, TMPDIR: folder }
    const command = [...pip, 'download', '--dest', folder, ...wheelArguments(wheel)]
    const { status, output } = await runPip(command, env, signal)
    signal?.throwIfAborted()
    if (status !== 0) throw explain(output, wheel)
  } finally {
    clearInterval(timer)
  }
}

/** The command by which this machine has pip. Throws `TensorFlowLibraryError` where it has none. */
export async function findPip(): Promise<string[]> {
  for (const command of commands)
    if ((await runPip([...command, '--version'], process.env)).status === 0) return command
  throw new TensorFlowLibraryError(
    'pip is needed to fetch TensorFlow and was not found; install Python 3 with pip (on Debian: apt-get install python3-pip), name a folder that holds the wheels with --mirror, or set ANNEAL_TENSORFLOW to a folder that holds the TensorFlow libraries.',
  )
}

/** The platform that a wheel's name ends with; of several it has all, so the first will do. */
export const platformOf = ({ file }: Pick<VersionedWheel, 'file'>): string =>
  file
    .replace(/\.whl$/, '')
    .split('-')
    .at(-1)!
    .split('.')[0]!

/** What has pip look at one wheel alone, whichever Python and platform are here. */
export const wheelArguments = (wheel: VersionedWheel): string[] => [
  ...['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--disable-pip-version-check', '--progress-bar=off'],
  ...['--retries=2', '--python-version', pythonVersion, '--platform', platformOf(wheel)],
  `${wheel.name}==${wheel.version}`,
]

/** A status of `null` means that the command could not be started. */
export function runPip(
  [command, ...rest]: readonly string[],
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command!, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const stop = () => child.kill()
    process.once('exit', stop)
    signal?.addEventListener('abort', stop)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()))
    child.once('error', () => resolve({ status: null, output }))
    child.once('close', (status) => {
      process.off('exit', stop)
      signal?.removeEventListener('abort', stop)
      resolve({ status, output })
    })
  })
}

const networkTrouble =
  /NewConnectionError|Failed to establish|Connection(Reset|Refused|Timeout)?Error|name resolution|timed out|Max retries|ProxyError|SSLError|CERTIFICATE/i

/** Why pip failed, by what it printed, as a clause. */
export const pipReason = (output: string): string =>
  networkTrouble.test(output)
    ? 'its package index cannot be reached'
    : (/^(?:ERROR: (.*)|(no such option: .*))$/m.exec(output)?.slice(1).find(Boolean) ?? 'no reason was given')

function explain(output: string, wheel: VersionedWheel): Error {
  const cause = new Error(output)
  // As the system itself says it to us, so that it becomes the same sentence.
  if (/No space left/i.test(output)) return Object.assign(cause, { code: 'ENOSPC' })
  if (networkTrouble.test(output))
    return new TensorFlowLibraryError(
      'pip cannot reach its package index, so TensorFlow could not be fetched; check the network or pip\'s settings and run "npm run setup" again.',
      { cause },
    )
  return new TensorFlowLibraryError(
    `pip could not download ${wheel.name} ${wheel.version} (${pipReason(output)}); check which index pip uses, or set ANNEAL_TENSORFLOW to a folder that holds the TensorFlow libraries.`,
    { cause },
  )
}
