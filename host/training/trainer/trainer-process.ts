import type { Places, TrainerCalls, TrainerProgress } from '../../../shared/contract/trainer.ts'
import type { OnSilence } from './silence.ts'

/** How a trainer's process ended: with a status, or by a signal. */
export interface TrainerExit {
  readonly code: number | null
  readonly signal: string | null
}

/** A process that trains, as its host sees it. */
export interface TrainerProcess {
  readonly pid: number | undefined
  /** When the process dies, the calls under way fail with a `TrainerLostError`. */
  readonly calls: TrainerCalls
  /** Hands over a page's line and has the page answered, until it closes the line. */
  serve(line: PageLine): Promise<void>
  onProgress(listener: (progress: TrainerProgress) => void): void
  /** A call that is under way stays so: who is told may end the process. */
  onSilence(listener: OnSilence): void
  readonly exited: Promise<TrainerExit>
  /** Lets an idle trainer end by itself, for a while. */
  close(): Promise<TrainerExit>
  /** Ends it at once. */
  kill(): void
}

/** A page's line that nobody has opened yet. */
export interface PageLine {
  /** A socket, or one of Electron's ports: only the starter of the trainer looks into it. */
  readonly handle: object
  /** What the trainer needs beside it. */
  readonly message: object
  /** Refuses the page. */
  close(): void
}

/** What is not said where lies, it does not know. */
export interface TrainerOptions extends Places {
  /** On top of the host's own environment; set before TensorFlow loads. */
  readonly environment: Readonly<Record<string, string>>
  /** What the process prints is appended there; without it, only its last lines are kept. */
  readonly logFile?: string
}

/** One way to start a trainer: a Node child, or Electron's utility process. */
export interface TrainerStarter {
  start(options: TrainerOptions): TrainerProcess
}
