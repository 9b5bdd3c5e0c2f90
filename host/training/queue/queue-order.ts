import type { RunLength } from '../../../shared/run-folder/length.ts'
import type { QueueEntry } from './queue-file.ts'

type Entries = readonly QueueEntry[]

/** Puts a run at the end, once. @param length of one that is to train further */
export const enqueued = (entries: Entries, id: string, length?: RunLength): Entries => [
  ...without(entries, id),
  { id, state: 'waiting', ...(length && { length }) },
]

export const without = (entries: Entries, id: string): Entries => entries.filter((entry) => entry.id !== id)

export const changed = (entries: Entries, id: string, change: Partial<QueueEntry>): Entries =>
  entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry))

/** Those that wait, in order. */
export const waiting = (entries: Entries): Entries => entries.filter(({ state }) => state === 'waiting')

/** Moves a waiting run to a place among those that wait, from 0; beyond the end is the end. */
export function moved(entries: Entries, id: string, place: number): Entries {
  const entry = entries.find((candidate) => candidate.id === id)
  if (entry?.state !== 'waiting') return entries
  const others = waiting(without(entries, id))
  return [
    ...entries.filter(({ state }) => state !== 'waiting'),
    ...others.slice(0, place),
    entry,
    ...others.slice(place),
  ]
}
