import type { LineEnd, WindowCommand } from '../shared/contract/window.ts'
import type { UpdateSettings } from '../shared/contract/updates.ts'
import type { ShownStatus } from '../shared/run-folder/record.ts'
import type { TrainerExit } from '../host/training/trainer/trainer-process.ts'

/** What the main process asks of the host's process. */
export interface HostCalls {
  /**
   * Opens the workbench of the home, once.
   * @param problem what the pages shall be told: a sentence
   */
  open(version: string, problem?: string): Promise<void>
  /** The id of the run that it trains now. */
  atWork(): Promise<string | undefined>
  /** The real path of what lies in the home or a dataset. Throws `UsageError` for anything else. */
  confine(path: string): Promise<string>
  /**
   * What the page is to show for a file or folder that a person opens Anneal with; nothing where it cannot be opened,
   * which the pages are told.
   */
  openPath(path: string): Promise<WindowCommand | undefined>
  /** Asks the run at work for a checkpoint and its end, and waits for that. */
  close(): Promise<void>
  /** A trainer is gone, and all that it printed is in its log; with the last of it. */
  trainerEnded(id: number, exit: TrainerExit, output: string): void
}

/** What the host's process asks of the main process, and tells it. */
export interface ShellCalls {
  /** Starts a trainer, whose line comes as a `HandedPort`. Answers with its process. */
  startTrainer(id: number, options: StartOptions): Promise<number>
  killTrainer(id: number): void
  /** Share of the run at work that is done, 0 to 1. */
  runProgress(share: number): void
  /** @param notify whether the person wants to be told of it */
  runEnded(id: string, status: ShownStatus, message: string, notify: boolean): void
  recentChanged(recent: Recent): void
  /** What is set about updates, at first and when it changes. */
  updatesSet(settings: UpdateSettings): void
}

export interface StartOptions {
  readonly environment: Readonly<Record<string, string>>
  /** What it prints is appended there. */
  readonly logFile?: string | undefined
}

/** Newest first. */
export interface Recent {
  readonly runs: readonly string[]
  readonly datasets: readonly string[]
}

/** The message that comes with a port: the line of a page, or to a trainer. Calls cannot carry one. */
export type HandedPort =
  { readonly line: 'page'; readonly to: LineEnd } | { readonly line: 'trainer'; readonly id: number }
