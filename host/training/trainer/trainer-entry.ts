import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isUpToDate } from '../../../storage/folder-stamp.ts'

const root = join(import.meta.dirname, '../../..')

/** The trainer's file in a checkout: its bundle, which starts a second sooner, or the source where that has changed since. */
export const trainerEntry = (): string =>
  isUpToDate(join(root, 'dist/.trainer.stamp'), root) ? join(root, 'dist/trainer.mjs') : join(root, 'engine/trainer.ts')

/** What Node needs to run a file of TypeScript. Found when it is needed: a packaged program has none, and starts trainers otherwise. */
export const loaderFor = (entry: string): string[] =>
  entry.endsWith('.ts') ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : []
