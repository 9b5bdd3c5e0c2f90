import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { RunError, StorageError } from '../../shared/errors.ts'
import { Home } from '../machine/home.ts'
import { Trash } from './trash.ts'

function open() {
  const home = new Home(temporaryFolder())
  const make = (id: string, content = 'abc') => {
    mkdirSync(join(home.runs, id, 'checkpoints'), { recursive: true })
    writeFileSync(join(home.runs, id, 'checkpoints', 'weights'), content)
  }
  return { home, make, trash: new Trash(home) }
}

describe('the trash', () => {
  it('keeps runs with their time and size until they are deleted', () => {
    const { home, make, trash } = open()
    expect(trash.list()).toEqual([])
    for (const [i, id] of ['a', 'b'].entries()) {
      make(id, 'x'.repeat(10 * (i + 1)))
      trash.add(id, Date.UTC(2026, 0, i + 1))
    }
    expect(existsSync(join(home.runs, 'a'))).toBe(false)
    expect(trash.list()).toEqual([
      { name: `${Date.UTC(2026, 0, 2)}-b`, run: 'b', trashed: '2026-01-02T00:00:00.000Z', bytes: 20 },
      { name: `${Date.UTC(2026, 0, 1)}-a`, run: 'a', trashed: '2026-01-01T00:00:00.000Z', bytes: 10 },
    ])
    trash.delete(`${Date.UTC(2026, 0, 2)}-b`)
    expect(trash.list().map(({ run }) => run)).toEqual(['a'])
  })

  it('keeps no copy of metrics', () => {
    const { home, make, trash } = open()
    make('a')
    mkdirSync(join(home.cache, 'metrics'), { recursive: true })
    writeFileSync(home.keptMetrics('a'), '')
    trash.add('a')
    expect(existsSync(home.keptMetrics('a'))).toBe(false)
  })

  it('gives a run back, but not over another', () => {
    const { home, make, trash } = open()
    make('a', 'first')
    trash.add('a')
    make('a', 'second')
    const { name } = trash.list()[0]!
    expect(() => trash.restore(name)).toThrow(RunError)
    trash.add('a', 1_000_000_000_000)
    trash.restore(name)
    expect(readFileSync(join(home.runs, 'a', 'checkpoints', 'weights'), 'utf8')).toBe('first')
  })

  it('says that a run is gone which vanishes meanwhile', () => {
    class QuickHome extends Home {
      override ensure(part: Parameters<Home['ensure']>[0]): string {
        rmSync(join(this.root, 'trash'), { recursive: true })
        return super.ensure(part)
      }
    }
    const { home, make, trash } = open()
    make('a')
    trash.add('a')
    const { name } = trash.list()[0]!
    expect(() => new Trash(new QuickHome(home.root)).restore(name)).toThrow(
      new RunError(`There is no ${name} in the trash any more.`),
    )
  })

  it('blames no other run where a run cannot be moved', () => {
    const { home, make, trash } = open()
    make('a')
    trash.add('a')
    const { name } = trash.list()[0]!
    // No folder can be moved into itself.
    rmSync(home.runs, { recursive: true })
    symlinkSync(join(home.root, 'trash', name, 'checkpoints'), home.runs)
    expect(() => trash.restore(name)).toThrow(expect.objectContaining({ code: 'EINVAL' }))
  })

  it.skipIf(process.getuid?.() === 0)('says what keeps a run from being moved', () => {
    const { home, make, trash } = open()
    make('a')
    trash.add('a')
    chmodSync(home.runs, 0o500)
    onTestFinished(() => chmodSync(home.runs, 0o700))
    expect(() => trash.restore(trash.list()[0]!.name)).toThrow(StorageError)
  })

  it.each(['..', '1234567890123-missing', '1234567890123-../runs', 'a'])('touches nothing else: %s', (name) => {
    const { make, trash } = open()
    make('a')
    expect(() => trash.delete(name)).toThrow(RunError)
    expect(() => trash.restore(name)).toThrow(RunError)
  })
})
