import type { Settings } from './settings.ts'

/** Without both nothing is asked for, and nothing said. The feed has https, or http on this machine itself. */
export type UpdateSettings = Settings['updates']

export type UpdateState =
  /** Not asked for, or no feed is named. */
  | { readonly state: 'off' }
  /** No feed can have anything for what runs here. */
  | { readonly state: 'unsupported'; readonly reason: string }
  | { readonly state: 'checking' }
  /** `checked` in milliseconds since 1970. */
  | { readonly state: 'current'; readonly version: string; readonly checked: number }
  /** With advice where it has to be fetched by hand, since Anneal does not replace what runs here. */
  | { readonly state: 'available'; readonly version: string; readonly bytes: number; readonly advice?: string }
  | { readonly state: 'downloading'; readonly version: string; readonly done: number; readonly total: number }
  /** On the disk, with the checksum that the feed names; with the reason where it could not be installed when asked for. */
  | { readonly state: 'ready'; readonly version: string; readonly reason?: string }
  /** The system asks for a password, and puts it in the place of what runs. */
  | { readonly state: 'installing'; readonly version: string }
  /** It is what the next start runs. */
  | { readonly state: 'installed'; readonly version: string }
  /** A sentence that says what to do. */
  | { readonly state: 'failed'; readonly reason: string }

/** Looks for a newer Anneal, fetches and installs it; each step only when it is asked for. None of them throws: the state tells. */
export interface Updates {
  state(): UpdateState
  /** Takes over what was chosen; where that is new, and updates are on, looks at once, and once a day. */
  configure(settings: UpdateSettings): void
  check(): Promise<void>
  /** Of what is available. */
  download(): Promise<void>
  /** Of what is ready, while no run is at work. */
  install(): Promise<void>
  onChange(listener: (state: UpdateState) => void): void
}

/** What a page may ask for. */
export const updateSteps = ['check', 'download', 'install'] as const
export type UpdateStep = (typeof updateSteps)[number]
