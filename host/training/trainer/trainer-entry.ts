import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkout, freshBundle } from '../../../storage/bundle.ts'

/** The trainer's file in a checkout: its bundle, which starts a second sooner, or the source where that has changed since. */
export const trainerEntry = (): string => freshBundle('trainer') ?? join(checkout, 'engine/trainer.ts')

/** What Node needs to run a file of TypeScript. Found when it is needed: a packaged program has none, and starts trainers otherwise. */
export const loaderFor = (entry: string): string[] =>
  entry.endsWith('.ts') ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : []
