import { runFiles } from '../../shared/run-folder/files.ts'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { HEARTBEAT_EVERY } from '../../shared/run-folder/heartbeat.ts'
import { thisProcess } from '../../storage/process-facts.ts'

/**
 * Shows other machines that the trainer of a run lives, until it is stopped; where the run has a folder. The time of
 * the file counts, as the file system gives it; its content names the trainer.
 */
export class Heartbeat {
  readonly #file: string
  readonly #mine = JSON.stringify(thisProcess(hostname()))
  readonly #timer: NodeJS.Timeout

  /** @param onTaken another trainer beats in this one's place: it was taken for dead, and must not write any more */
  constructor(
    private readonly folder: string,
    onTaken: () => void,
  ) {
    this.#file = join(folder, runFiles.heartbeat)
    this.#write()
    this.#timer = setInterval(() => this.#beat(onTaken), 1000 * HEARTBEAT_EVERY).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    if (!this.#isTaken()) rmSync(this.#file, { force: true })
  }

  #beat(onTaken: () => void): void {
    if (this.#isTaken()) onTaken()
    else this.#write()
  }

  /** A file that is gone or cannot be read is nobody's. */
  #isTaken(): boolean {
    try {
      return readFileSync(this.#file, 'utf8') !== this.#mine
    } catch {
      return false
    }
  }

  /** A beat that fails is no reason to stop training. */
  #write(): void {
    try {
      if (existsSync(this.folder)) writeFileSync(this.#file, this.#mine)
    } catch (error) {
      console.error('The heartbeat of the run could not be written:', error)
    }
  }
}
