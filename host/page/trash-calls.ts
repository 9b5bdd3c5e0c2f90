import type { ShownRun, WorkbenchCalls } from '../../shared/contract/workbench.ts'
import { RunError } from '../../shared/errors.ts'
import type { RunQueue } from '../training/queue/run-queue.ts'
import type { RunStore } from '../runs/run-store.ts'
import type { Trash } from '../runs/trash.ts'
import { inTurn } from './in-turn.ts'

export interface TrashParts {
  readonly runs: RunStore
  readonly queue: RunQueue
  readonly trash: Trash
  readonly shown: () => readonly ShownRun[]
  /** Tells the pages that the runs, or those in the trash, are others. */
  readonly changed: () => void
}

/** The calls about runs that are thrown away. */
export function trashCalls({ runs, queue, trash, shown, changed }: TrashParts) {
  return {
    async trashRun(id) {
      checkIdle(id, shown())
      await queue.remove(id)
      trash.add(id)
      changed()
    },
    listTrash: () => inTurn(() => trash.list()),
    async restoreTrashed(name) {
      const id = trash.restore(name)
      // Without a record only the queue knows of it.
      if (!runs.hasBegun(id))
        await queue.putAside(id, 'It was restored from the trash and has not begun: resume it to queue it again.')
      changed()
    },
    deleteTrashed: (name) => inTurn(() => trash.delete(name)).then(changed),
  } satisfies Partial<WorkbenchCalls>
}

function checkIdle(id: string, runs: readonly ShownRun[]): void {
  const run = runs.find((candidate) => candidate.id === id)
  if (run?.status === 'running' || run?.status === 'queued')
    throw new RunError(`The run ${id} is ${run.status === 'running' ? 'at work' : 'in the queue'}; stop it first.`)
}
