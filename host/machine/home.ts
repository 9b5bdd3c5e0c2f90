import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { StorageError } from '../../shared/errors.ts'
import { makeFolder } from '../../storage/files.ts'

/** The folder that holds what Anneal keeps for a person. Its parts are made when they are first needed. */
export class Home {
  readonly root: string

  constructor(root: string) {
    this.root = resolve(root)
  }

  /** `ANNEAL_HOME`, or the folder Anneal in the person's own. */
  static of(environment: NodeJS.ProcessEnv): Home {
    return new Home(environment.ANNEAL_HOME || join(homedir(), 'Anneal'))
  }

  get datasetsFile(): string {
    return join(this.root, 'datasets.json')
  }

  get runs(): string {
    return join(this.root, 'runs')
  }

  get cache(): string {
    return join(this.root, 'cache')
  }

  /** Those that were fetched. */
  get datasets(): string {
    return join(this.root, 'datasets')
  }

  /** Where a page may take a `model.file` from. */
  get models(): string {
    return join(this.root, 'models')
  }

  /** Of SavedModels, a folder each; those of a run are in its own. */
  get evaluations(): string {
    return join(this.root, 'evaluations')
  }

  /** Corrections of labels, a file a dataset. */
  get corrections(): string {
    return join(this.root, 'corrections')
  }

  /** What is kept of a run's metrics, to be read at once; it is made anew where it is missing. */
  keptMetrics(run: string): string {
    return join(this.cache, 'metrics', run)
  }

  /** Makes a part of it, or the whole. Throws `StorageError` where that cannot be. */
  ensure(part: 'root' | 'runs' | 'cache' | 'datasets'): string {
    try {
      return makeFolder(this[part])
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      throw new StorageError(`${error.message.replace(/\.$/, '')}, or set ANNEAL_HOME to another folder.`, {
        cause: error.cause,
      })
    }
  }
}
