import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { RunEvent } from '../../shared/run-folder/events.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { readEvents } from './run-events.ts'
import { lastLoss, recordLoss } from './trainer-loss.ts'

const line = (kind: RunEvent['kind']) =>
  `${JSON.stringify({ wall: 1, kind, step: 3, message: kind } satisfies RunEvent)}\n`

function open(content: string) {
  const folder = temporaryFolder()
  const file = join(folder, 'events.jsonl')
  writeFileSync(file, content)
  return { folder, file }
}

it('is the last event, although the trainer died while it wrote one', () => {
  const { folder, file } = open(line('started') + line('checkpoint').slice(0, 20))
  expect(lastLoss(folder)).toBeUndefined()
  recordLoss(folder, 7, 'It was killed.')
  expect(lastLoss(folder)).toBe('It was killed.')
  expect(readEvents(folder).records.map(({ kind, step }) => [kind, step])).toEqual([
    ['started', 3],
    ['interrupted', 7],
  ])
  appendFileSync(file, line('resumed'))
  expect(lastLoss(folder)).toBeUndefined()
})

it('that cannot be noted is no error of its own', () => {
  const { folder } = open('')
  mkdirSync(join(folder, 'full', 'events.jsonl'), { recursive: true })
  expect(() => recordLoss(join(folder, 'full'), 1, 'It was killed.')).not.toThrow()
})
