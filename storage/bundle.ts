import { join } from 'node:path'
import { isUpToDate } from './folder-stamp.ts'

/** The folder of a checkout: above this file, and above a bundle that holds it. */
export const checkout = join(import.meta.dirname, '..')

/** The bundle of a part, which starts a second sooner than its sources; nothing where these have changed since. */
export const freshBundle = (part: 'cli' | 'trainer'): string | undefined =>
  isUpToDate(join(checkout, `dist/.${part}.stamp`), checkout) ? join(checkout, `dist/${part}.mjs`) : undefined
