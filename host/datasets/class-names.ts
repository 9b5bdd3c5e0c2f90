import { join } from 'node:path'
import { z } from 'zod'
import { readJson, writeJson } from '../../storage/files.ts'
import type { Home } from '../machine/home.ts'

const schema = z.record(z.string(), z.record(z.string(), z.string()))
type Names = z.infer<typeof schema>

/** What classes are called on screen: `class-names.json` of a home, by dataset and class. */
export class ClassNames {
  readonly #file: string

  constructor(home: Home) {
    this.#file = join(home.root, 'class-names.json')
  }

  of(dataset: string): Readonly<Record<string, string>> {
    const all = this.#read()
    return Object.hasOwn(all, dataset) ? all[dataset]! : {}
  }

  set(dataset: string, names: Readonly<Record<string, string>>): void {
    const others = Object.entries(this.#read()).filter(([other]) => other !== dataset)
    const kept = Object.keys(names).length > 0 ? [[dataset, names] as const] : []
    writeJson(this.#file, Object.fromEntries([...others, ...kept]))
  }

  /** A damaged file costs names on screen, no more. */
  #read(): Names {
    try {
      return schema.safeParse(readJson(this.#file)).data ?? {}
    } catch {
      return {}
    }
  }
}
