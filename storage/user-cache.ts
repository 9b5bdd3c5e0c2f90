import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** The folder of this person that holds what can be fetched again: `anneal` in what the system has for that. */
export function userCache(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  // The XDG base directory specification says that a relative path is to be ignored.
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, 'anneal')
  const home = env.HOME || homedir()
  switch (platform) {
    case 'darwin':
      return join(home, 'Library', 'Caches', 'anneal')
    case 'win32':
      return join(env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'anneal', 'cache')
    default:
      return join(home, '.cache', 'anneal')
  }
}
