import { app } from 'electron'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Updates } from '../../shared/contract/updates.ts'
import { userCache } from '../../storage/user-cache.ts'
import { packed } from '../about.ts'
import type { PackageKind } from './feed.ts'
import { installDeb } from './install.ts'
import { Updater } from './updater.ts'

/** The updates of what runs here, off until they are configured. */
export const openUpdates = (isAtWork: () => Promise<boolean>): Updates =>
  new Updater({
    version: app.getVersion(),
    kind: packageKind(),
    platform: process.platform,
    arch: process.arch,
    folder: join(userCache(process.env), 'updates'),
    isAtWork,
    install: installDeb,
  })

/** A package that can replace another by itself says which it is; others are folders that somebody unpacked. */
function packageKind(): PackageKind | undefined {
  if (!app.isPackaged) return undefined
  try {
    return readFileSync(packed('kind'), 'utf8').trim() === 'deb' ? 'deb' : 'tar.gz'
  } catch {
    return 'tar.gz'
  }
}
