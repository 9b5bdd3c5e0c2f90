import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { QueueEntry } from './queue-file.ts'
import { enqueued, moved, waiting, without } from './queue-order.ts'

const queue = (...ids: string[]): QueueEntry[] =>
  ids.map((id) => ({ id, state: id === 'w' ? 'working' : id === 'f' ? 'failed' : 'waiting' }))
const ids = (entries: readonly QueueEntry[]) => entries.map(({ id }) => id).join('')

it('puts a run at the end, once', () => {
  expect(ids(enqueued(queue('a', 'b'), 'c'))).toBe('abc')
  expect(ids(enqueued(queue('a', 'b'), 'a'))).toBe('ba')
  const length = { unit: 'epoch', count: 20 } as const
  expect(enqueued(queue('a'), 'a', length)).toEqual([{ id: 'a', state: 'waiting', length }])
  expect(enqueued([{ id: 'a', state: 'waiting', length }], 'a')).toEqual(queue('a'))
  expect(enqueued([{ id: 'f', state: 'failed', problem: 'why' }], 'f')).toEqual([{ id: 'f', state: 'waiting' }])
})

it('moves a run to a place among those that wait', () => {
  const entries = queue('w', 'a', 'b', 'f', 'c')
  expect(ids(waiting(moved(entries, 'c', 0)))).toBe('cab')
  expect(ids(waiting(moved(entries, 'a', 1)))).toBe('bac')
  expect(ids(waiting(moved(entries, 'a', 99)))).toBe('bca')
  expect(moved(entries, 'w', 1)).toBe(entries)
  expect(moved(entries, 'missing', 1)).toBe(entries)
})

it('loses none', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(['a', 'b', 'c', 'w', 'f']),
      fc.constantFrom('a', 'b', 'c', 'w', 'f'),
      fc.nat(6),
      (names, id, place) => {
        const entries = queue(...names)
        const after = moved(entries, id, place)
        expect(ids(after).split('').sort()).toEqual([...names].sort())
        const isWaiting = names.includes(id) && !['w', 'f'].includes(id)
        if (isWaiting)
          expect(waiting(after).findIndex((entry) => entry.id === id)).toBe(
            Math.min(place, waiting(entries).length - 1),
          )
        expect(ids(waiting(without(after, id)))).toBe(ids(waiting(without(entries, id))))
      },
    ),
  )
})
