import { join } from 'node:path'
import { z } from 'zod'
import { SharedJson } from '../../storage/shared-json.ts'
import type { Home } from '../machine/home.ts'

const schema = z.record(z.string(), z.record(z.string(), z.string()))

/** What classes are called on screen: `class-names.json` of a home, by dataset and class. */
export class ClassNames {
  readonly #file: SharedJson<z.infer<typeof schema>>

  constructor(home: Home) {
    this.#file = new SharedJson({
      path: join(home.root, 'class-names.json'),
      schema,
      none: {},
      afterwards: 'name the classes again',
    })
  }

  /** A damaged file costs names on screen, no more. */
  of(dataset: string): Readonly<Record<string, string>> {
    try {
      const all = this.#file.read()
      return Object.hasOwn(all, dataset) ? all[dataset]! : {}
    } catch {
      return {}
    }
  }

  /** Replaces the names of a dataset. Throws `StorageError` where that would lose what a damaged file holds. */
  async set(dataset: string, names: Readonly<Record<string, string>>): Promise<void> {
    await this.#file.change((all) => {
      const others = Object.entries(all).filter(([other]) => other !== dataset)
      const kept = Object.keys(names).length > 0 ? [[dataset, names] as const] : []
      return Object.fromEntries([...others, ...kept])
    })
  }

  /** Forgets the names of a dataset that is gone; a damaged file is left as it is. */
  async forget(dataset: string): Promise<void> {
    if (Object.keys(this.of(dataset)).length > 0) await this.set(dataset, {})
  }
}
