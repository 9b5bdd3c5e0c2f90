import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import { StorageError } from '../../../shared/errors.ts'
import { Home } from '../../machine/home.ts'
import { DamagedFileError } from '../../../storage/shared-json.ts'
import { QueueFile } from './queue-file.ts'
import { enqueued } from './queue-order.ts'

function open() {
  const home = new Home(temporaryFolder())
  return { home, file: new QueueFile(home) }
}

describe('the queue file', () => {
  it('is empty where there is none, and holds what was put there', async () => {
    const { home, file } = open()
    expect(file.read()).toEqual([])
    await file.update((entries) => enqueued(entries, 'a'))
    expect(new QueueFile(home).read()).toEqual([{ id: 'a', state: 'waiting' }])
    expect(JSON.parse(readFileSync(file.path, 'utf8'))).toEqual({ format: 1, entries: [{ id: 'a', state: 'waiting' }] })
  })

  it('loses no change of many at once', async () => {
    const { home } = open()
    const ids = Array.from({ length: 20 }, (_, i) => `run-${i}`)
    await Promise.all(ids.map((id) => new QueueFile(home).update((entries) => enqueued(entries, id))))
    expect(
      new QueueFile(home)
        .read()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...ids].sort())
  })

  it('keeps how long a run is to be', async () => {
    const { home, file } = open()
    const length = { unit: 'step', count: 300 } as const
    await file.update((entries) => enqueued(entries, 'a', length))
    expect(new QueueFile(home).read()).toEqual([{ id: 'a', state: 'waiting', length }])
  })

  it.each([
    '{',
    '[]',
    '{"format":1,"entries":[{"id":"a","state":"gone"}]}',
    '{"format":1,"entries":[{"id":"a","state":"waiting","length":{"unit":"epoch","count":0}}]}',
    '{"format":1,"entries":[{"id":"a","state":"waiting","length":{"unit":"year","count":3}}]}',
  ])('that is damaged is said to be so, and kept aside when it is replaced: %s', async (content) => {
    const { file } = open()
    writeFileSync(file.path, content)
    expect(() => file.read()).toThrow(DamagedFileError)
    await expect(file.update((entries) => enqueued(entries, 'a'))).rejects.toThrow(
      /queue\.json is damaged .*; mend it, or delete it/,
    )
    expect(readFileSync(file.path, 'utf8')).toBe(content)
    const aside = await file.replaceDamaged(() => [{ id: 'b', state: 'failed' }])
    expect(readFileSync(aside!, 'utf8')).toBe(content)
    expect(file.read()).toEqual([{ id: 'b', state: 'failed' }])
    expect(await file.replaceDamaged(() => [])).toBeUndefined()
  })

  it('of a newer Anneal is left alone', async () => {
    const { file } = open()
    const content = '{"format":2,"entries":[]}'
    writeFileSync(file.path, content)
    expect(() => file.read()).toThrow(/written by a newer Anneal/)
    await expect(file.replaceDamaged(() => [])).rejects.toThrow(StorageError)
    expect(readFileSync(file.path, 'utf8')).toBe(content)
  })
})
