import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { say } from './progress.ts'

/** Debian's packages with the libraries that Electron is linked to. */
const libraries = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libxtst6',
  'libatspi2.0-0',
  'libnotify4',
]
/** What tests run the window and the browser with, make a stand-in for a driver and a certificate with, and the packages they come in. */
const programs = { Xvfb: 'xvfb', xauth: 'xauth', chromium: 'chromium', cc: 'gcc', openssl: 'openssl' } as const

const run = promisify(execFile)

/** The packages with what Electron, at this path, cannot be started without. */
export async function missingLibraries(electron: string): Promise<string[]> {
  if (process.platform !== 'linux') return []
  // A library that is not found is a line of its own; ldd itself is missing where libc is not GNU's.
  const { stdout } = await run('ldd', [electron]).catch(() => ({ stdout: '' }))
  return stdout.includes('not found') ? libraries : []
}

const missingPrograms = (env: NodeJS.ProcessEnv) =>
  Object.entries(programs).flatMap(([program, name]) => (isOnPath(program, env) ? [] : [name]))

function isOnPath(program: string, env: NodeJS.ProcessEnv): boolean {
  return (env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** One sentence that says what to install. */
export const adviceFor = (packages: readonly string[]) =>
  `Install what is missing first (on Debian: apt-get install ${packages.join(' ')}).`

/**
 * Makes sure that the tests of the window and of the page in a browser can be run: as root on Debian what is
 * missing is installed. Throws an `Error` whose message is one sentence.
 */
export async function ensureTestPackages(electron: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (process.platform !== 'linux') return
  const missing = async () => [...(await missingLibraries(electron)), ...missingPrograms(env)]
  const packages = await missing()
  if (packages.length === 0) return
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version'))
    throw new Error(`The window and the browser cannot be tested. ${adviceFor(packages)}`)
  say(`Installing ${packages.join(', ')} with apt-get ...`)
  await aptInstall(packages, env)
  const still = await missing()
  if (still.length > 0)
    throw new Error(`apt-get installed them, but the window cannot be tested yet. ${adviceFor(still)}`)
}

async function aptInstall(packages: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 64 * 1024 ** 2 }
  try {
    await run('apt-get', ['update', '-q'], options)
    await run('apt-get', ['install', '-qy', '--no-install-recommends', ...(await available(packages))], options)
  } catch (error) {
    throw new Error(`apt-get could not install what the tests of the window need. ${adviceFor(packages)}`, {
      cause: error,
    })
  }
}

/** Newer releases of Debian call some of them `...t64`, for the size of their time. */
async function available(packages: readonly string[]): Promise<string[]> {
  const { stdout } = await run('apt-cache', ['pkgnames'], { maxBuffer: 64 * 1024 ** 2 })
  const names = new Set(stdout.split('\n'))
  return packages.map((name) => (names.has(`${name}t64`) ? `${name}t64` : name))
}
