import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { userCache } from '../storage/user-cache.ts'

/** The version that stands in where Electron's own installer reaches nothing: see `electron-from-npm.ts`. */
export const standIn = '33.3.0'

const packageFolder = join(import.meta.dirname, '../node_modules/electron')

/** The folder of this user that set-up fills with the stand-in. */
export const standInFolder = (env: NodeJS.ProcessEnv): string => join(userCache(env), 'electron', standIn)

/**
 * Electron's program: from the folder that `ELECTRON_OVERRIDE_DIST_PATH` names, as its own installer put it, or
 * the stand-in; nothing where there is none.
 */
export function findElectron(env: NodeJS.ProcessEnv): string | undefined {
  const override = env.ELECTRON_OVERRIDE_DIST_PATH
  const candidates = override
    ? [join(override, relativeProgram())]
    : [installed(), join(standInFolder(env), 'electron')]
  return candidates.find((file) => file !== undefined && isProgram(file))
}

/** The installer ends by writing the program's place into a file, so that half an install is none. */
function installed(): string | undefined {
  const record = join(packageFolder, 'path.txt')
  return existsSync(record) ? join(packageFolder, 'dist', readFileSync(record, 'utf8')) : undefined
}

function relativeProgram(): string {
  switch (process.platform) {
    case 'darwin':
      return 'Electron.app/Contents/MacOS/Electron'
    case 'win32':
      return 'electron.exe'
    default:
      return 'electron'
  }
}

const isProgram = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() === true
