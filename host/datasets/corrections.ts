import { join } from 'node:path'
import { UsageError } from '../../shared/errors.ts'
import {
  corrections,
  noCorrections,
  sampleKey,
  type Correction,
  type Corrections,
} from '../../shared/run-folder/corrections.ts'
import { makeFolder } from '../../storage/files.ts'
import { SharedJson } from '../../storage/shared-json.ts'
import type { Home } from '../machine/home.ts'

/** What a person decided of the labels of a dataset: `corrections/<name>.json` of a home. The dataset is never changed. */
export class DatasetCorrections {
  readonly #file: SharedJson<Corrections>

  /** @param dataset a name, as it may stand in `datasets.json` */
  constructor(
    private readonly home: Home,
    dataset: string,
  ) {
    this.#file = new SharedJson<Corrections>({
      path: join(home.corrections, `${dataset}.json`),
      schema: corrections,
      none: noCorrections,
      afterwards: 'decide again',
    })
  }

  get path(): string {
    return this.#file.path
  }

  /** Throws `StorageError` where the file cannot be read or is none. */
  list(): readonly Correction[] {
    return this.#file.read().corrections
  }

  /** Takes the place of what was decided of the same sample. Throws `UsageError` for a path that is none of a dataset. */
  async set(correction: Correction): Promise<void> {
    const checked = corrections.safeParse({ format: 1, corrections: [correction] })
    if (!checked.success) throw new UsageError(`That cannot be decided: ${checked.error.issues[0]!.message}.`)
    makeFolder(this.home.corrections)
    const key = sampleKey(correction)
    await this.#file.change(({ corrections: all }) => ({
      format: 1,
      corrections: [...all.filter((other) => sampleKey(other) !== key), correction],
    }))
  }
}
