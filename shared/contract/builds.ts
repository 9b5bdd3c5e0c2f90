/** TensorFlow's builds: for the processor alone, and with CUDA for NVIDIA's GPUs too. */
export const buildNames = ['cpu', 'cuda'] as const
export type BuildName = (typeof buildNames)[number]

/** A version of TensorFlow with its build in words, e.g. `2.21.0 with CUDA`. */
export const tensorFlowName = (version: string, build: BuildName | undefined): string =>
  build === 'cuda' ? `${version} with CUDA` : version

/** How far the fetching of a build is. */
export interface FetchProgress {
  readonly doing: 'downloading' | 'unpacking'
  /** The package at hand. */
  readonly name: string
  /** Bytes of all wheels that have come, and of all. */
  readonly done: number
  readonly total: number
  /** Until all is there, once that can be told. */
  readonly secondsLeft?: number
}

/** Which build a person wants to be used; `auto`: that with CUDA where it is there and a GPU may be. */
export const buildChoices = ['auto', ...buildNames] as const
export type BuildChoice = (typeof buildChoices)[number]

/** A build that this platform has. */
export interface BuildDescription {
  readonly name: BuildName
  readonly version: string
  readonly state: 'usable' | 'missing' | 'damaged'
  /** One clause that tells the state. */
  readonly detail: string
  /** Where it lies, or would lie. */
  readonly folder: string
  /** `package`: it came with the app, and stays with it. */
  readonly source: 'cache' | 'package'
  /** Bytes to be fetched, and on the disk at most meanwhile. */
  readonly downloadBytes: number
  readonly diskBytes: number
}
