import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isUpToDate } from './folder-stamp.ts'

/** The folder of a checkout, or a package's archive: above this file, and above a bundle that holds it. */
export const checkout = join(import.meta.dirname, '..')

/** A package has the bundles alone, so they are never older than their sources. */
const isPackaged = !existsSync(join(checkout, 'package-lock.json'))

/** The bundle of a part, which starts a second sooner than its sources; nothing where these have changed since. */
export const freshBundle = (part: 'cli' | 'trainer'): string | undefined =>
  isPackaged || isUpToDate(join(checkout, `dist/.${part}.stamp`), checkout)
    ? join(checkout, `dist/${part}.mjs`)
    : undefined
