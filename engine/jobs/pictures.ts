import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MOST_PICTURE, type PictureCalls, type PredictedPicture } from '../../shared/contract/pictures.ts'
import type { RunOf } from '../../shared/contract/trainer.ts'
import { DatasetError, UsageError } from '../../shared/errors.ts'
import { formatBytes } from '../../shared/format-bytes.ts'
import { storing } from '../../storage/files.ts'
import { looseImages } from '../dataset/index.ts'
import type { SampleViewer } from './sample-viewer.ts'

/** Answers a page about pictures of its own: one at a time is held, in a file that nothing of the page names. */
export class Pictures {
  readonly calls: PictureCalls
  #folder: string | undefined

  /**
   * @param runOf asked of the host before a call's turn
   * @param inTurn does what is asked after all that was asked before
   */
  constructor(
    private readonly viewer: SampleViewer,
    private readonly runOf: RunOf,
    private readonly inTurn: <R>(work: () => Promise<R>) => Promise<R>,
  ) {
    this.calls = {
      addPicturePiece: (piece) => this.inTurn(() => Promise.resolve().then(() => this.#add(piece))),
      predictPicture: (asked) => this.#predict(asked),
    }
  }

  dispose(): void {
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true })
  }

  get #file(): string {
    return join((this.#folder ??= mkdtempSync(join(tmpdir(), 'anneal-picture-'))), 'picture')
  }

  #add({ at, bytes }: Parameters<PictureCalls['addPicturePiece']>[0]): void {
    if (at + bytes.length > MOST_PICTURE)
      throw new DatasetError(`The picture is larger than ${formatBytes(MOST_PICTURE)}; choose a smaller one.`)
    const file = this.#file
    storing(file, () => {
      if (at === 0) return writeFileSync(file, bytes)
      if (statSync(file, { throwIfNoEntry: false })?.size !== at)
        throw new UsageError('A piece of the picture is missing; hand it over again from its beginning.')
      appendFileSync(file, bytes)
    })
  }

  async #predict({ run, checkpoint }: Parameters<PictureCalls['predictPicture']>[0]): Promise<PredictedPicture> {
    const { runFolder, cacheFolder } = await this.runOf(run)
    return this.inTurn(async () => {
      const file = this.#file
      if (!statSync(file, { throwIfNoEntry: false })) throw new UsageError('No picture was handed over; do that first.')
      const { root, index, unreadable } = await looseImages([file], cacheFolder, () => undefined)
      if (unreadable[0]) throw new DatasetError(`The picture cannot be read: ${unreadable[0].reason}`)
      return this.viewer.predict(runFolder, checkpoint, { root, split: index })
    })
  }
}
