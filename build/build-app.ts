import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { InlineConfig } from 'vite'
import { isUpToDate, stampOf, writeStamp } from '../storage/folder-stamp.ts'
import { exclusively } from '../storage/exclusively.mjs'
import { foldersEnteredFrom } from './import-rules.js'
import { root } from './node-bundle.ts'
import { say } from './progress.ts'

interface Part {
  readonly name: string
  /** What it is made from; a change in any of it makes it anew. */
  readonly sources: readonly string[]
  readonly output: string
  /** Loaded only when there is something to build. */
  readonly config: () => Promise<{ readonly default: InlineConfig }>
}

/** What a bundle of an entry in a folder depends on, whichever rooms it enters. */
const sourcesOf = (folder: string, config: string) => [
  ...foldersEnteredFrom(folder),
  ...[`build/${config}`, 'build/node-bundle.ts', 'build/note-packages.ts', 'package-lock.json', 'package.json'],
]

export const parts: readonly Part[] = [
  {
    name: 'main',
    sources: sourcesOf('electron', 'vite.main.config.ts'),
    output: 'main.mjs',
    config: () => import('./vite.main.config.ts'),
  },
  {
    name: 'host',
    sources: sourcesOf('electron', 'vite.host.config.ts'),
    output: 'host.mjs',
    config: () => import('./vite.host.config.ts'),
  },
  {
    name: 'preload',
    sources: sourcesOf('electron', 'vite.preload.config.ts'),
    output: 'preload.cjs',
    config: () => import('./vite.preload.config.ts'),
  },
  {
    name: 'trainer',
    sources: sourcesOf('engine', 'vite.trainer.config.ts'),
    output: 'trainer.mjs',
    config: () => import('./vite.trainer.config.ts'),
  },
  {
    name: 'cli',
    sources: sourcesOf('cli', 'vite.cli.config.ts'),
    output: 'cli.mjs',
    config: () => import('./vite.cli.config.ts'),
  },
  {
    name: 'renderer',
    sources: sourcesOf('renderer', 'vite.renderer.config.ts'),
    output: 'renderer/index.html',
    config: () => import('./vite.renderer.config.ts'),
  },
]

const dist = join(root, 'dist')

/** Bundles what has changed since it was bundled last: into `dist/`, for the command line, the window and the page. @param names all, unless some are named */
export async function buildApp(names?: readonly string[]): Promise<void> {
  await exclusively(`build ${root}`, async () => {
    const stale = parts.filter((part) => (names?.includes(part.name) ?? true) && isStale(part))
    if (stale.length > 0) say(`Building ${stale.map(({ name }) => name).join(', ')} ...`)
    for (const part of stale) await buildPart(part)
  })
}

const stampFile = ({ name }: Part) => join(dist, `.${name}.stamp`)

const isStale = (part: Part): boolean =>
  !existsSync(join(dist, part.output)) || !isUpToDate(stampFile(part), root, part.sources)

async function buildPart(part: Part): Promise<void> {
  // Of the sources before: what changes meanwhile is built the next time.
  const stamp = { sources: part.sources, hash: stampOf(root, part.sources) }
  rmSync(stampFile(part), { force: true })
  const { build } = await import('vite')
  await build((await part.config()).default)
  writeStamp(stampFile(part), stamp)
}
