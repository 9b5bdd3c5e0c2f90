import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { StorageError, TensorFlowLibraryError } from '../shared/errors.ts'
import { bytesIn, withMeter } from './progress.ts'

export interface Wheel {
  /** The name on the package index. */
  package: string
  version: string
  file: string
  pythonVersion: string
  platform: string
  bytes: number
  sha256: string
}

const commands = [['python3', '-m', 'pip'], ['pip3'], ['pip']]

/**
 * Lets pip download a wheel, without what it depends on and whatever Python is here, and returns the file's
 * path. pip and its settings (index, proxy, certificates) are the user's own.
 * Throws `TensorFlowLibraryError` or `StorageError`.
 */
export async function downloadWheel(wheel: Wheel, folder: string): Promise<string> {
  const pip = await findPip()
  const { status, output } = await withMeter(
    `Downloading ${wheel.file.split('-')[0]} with pip`,
    wheel.bytes,
    () => bytesIn(folder),
    // pip writes to its temporary folder first: inside ours, it is on the right disk and is cleared with it.
    () => run([...pip, ...downloadArguments(wheel, folder)], { ...process.env, TMPDIR: folder }),
  )
  if (status !== 0) throw explain(output, wheel)
  return join(folder, wheel.file)
}

async function findPip(): Promise<string[]> {
  for (const command of commands) if ((await run([...command, '--version'], process.env)).status === 0) return command
  throw new TensorFlowLibraryError(
    'pip is needed to fetch TensorFlow and was not found; install Python 3 with pip (on Debian: apt-get install python3-pip), or set ANNEAL_TENSORFLOW to a folder that holds the TensorFlow libraries.',
  )
}

function downloadArguments(wheel: Wheel, folder: string): string[] {
  return [
    ...[
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--no-cache-dir',
      '--disable-pip-version-check',
      '--progress-bar=off',
      '--retries=2',
    ],
    ...['--python-version', wheel.pythonVersion, '--platform', wheel.platform, '--dest', folder],
    `${wheel.package}==${wheel.version}`,
  ]
}

/** A status of `null` means that the command could not be started. */
function run([command, ...rest]: string[], env: NodeJS.ProcessEnv): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command!, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const stop = () => child.kill()
    process.once('exit', stop)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()))
    child.once('error', () => resolve({ status: null, output }))
    child.once('close', (status) => {
      process.off('exit', stop)
      resolve({ status, output })
    })
  })
}

const networkTrouble =
  /NewConnectionError|Failed to establish|Connection(Reset|Refused|Timeout)?Error|name resolution|timed out|Max retries|ProxyError|SSLError|CERTIFICATE/i

function explain(output: string, wheel: Wheel): Error {
  const cause = new Error(output)
  if (/No space left/i.test(output))
    return new StorageError(
      'The disk filled up while TensorFlow was downloaded; free 1.2 GB and run "npm run setup" again.',
      { cause },
    )
  if (networkTrouble.test(output))
    return new TensorFlowLibraryError(
      'pip cannot reach its package index, so TensorFlow could not be fetched; check the network or pip\'s settings and run "npm run setup" again.',
      { cause },
    )
  const reason = /^ERROR: (.*)$/m.exec(output)?.[1] ?? 'no reason was given'
  return new TensorFlowLibraryError(
    `pip could not download ${wheel.package} ${wheel.version} (${reason}); check which index pip uses, or set ANNEAL_TENSORFLOW to a folder that holds the TensorFlow libraries.`,
    { cause },
  )
}
