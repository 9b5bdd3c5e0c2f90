import { z } from 'zod'
import { buildChoices, type BuildDescription, type FetchProgress, type BuildName } from './builds.ts'

/** Where new versions are looked for: nowhere, unless somebody asks for it. */
const updates = z.object({
  on: z.boolean().default(false),
  /** The address of a folder with the release's files; empty: there is none. */
  feed: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2000)]).default(''),
})

/** What a person has chosen for all runs of a home, whatever their recipes. */
export const settingsSchema = z.object({
  /** Which build of TensorFlow trainers load; `auto`: that with CUDA where it is there and a GPU may be. */
  build: z.enum(buildChoices).default('auto'),
  /** Of TensorFlow's operations, for recipes that leave `precision.intraOpThreads` at 0; 0: one a core. */
  threads: z.int().min(0).max(1024).default(0),
  /** Whether the system shows that a run has ended. */
  notifications: z.boolean().default(true),
  updates: updates.prefault({}),
})

export type Settings = z.infer<typeof settingsSchema>

/** Some of them, to be changed. */
export const settingsChange = z.strictObject({
  build: z.enum(buildChoices).optional(),
  threads: settingsSchema.shape.threads.unwrap().optional(),
  notifications: z.boolean().optional(),
  updates: z.strictObject({ on: z.boolean(), feed: updates.shape.feed.unwrap() }).optional(),
})

export type SettingsChange = z.infer<typeof settingsChange>

/** TensorFlow's builds on the host's machine, and the fetching that is under way or has failed last. */
export interface BuildsState {
  readonly builds: readonly BuildDescription[]
  readonly fetching?: {
    readonly name: BuildName
    /** What it is at: a line. */
    readonly said?: string
    readonly progress?: FetchProgress
  }
  readonly failure?: { readonly name: BuildName; readonly sentence: string }
}

/** What can be deleted and comes again by itself. */
export const cacheNames = ['pixels', 'indexes', 'metrics', 'kernels', 'downloads'] as const
export type CacheName = (typeof cacheNames)[number]

export interface CacheDescription {
  readonly name: CacheName
  /** What lies there, and what deleting it costs: a sentence each. */
  readonly detail: string
  readonly folder: string
  readonly bytes: number
}

/** Where Anneal keeps things on the host's machine. */
export interface StorageDescription {
  readonly home: string
  readonly freeBytes: number
  readonly caches: readonly CacheDescription[]
}
