import { spawnSync } from 'node:child_process'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { RunError } from '../../shared/errors.ts'
import { resolveRecipe } from '../../shared/recipe/resolve.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { Home } from '../machine/home.ts'
import { thisProcess } from '../../storage/process-facts.ts'
import { lockRun } from './run-lock.ts'
import { RunStore } from './run-store.ts'
import { checkResumable } from '../training/run-handle.ts'

const recipe = resolveRecipe({ preset: 'demo' })
const gone = spawnSync(process.execPath, ['--version']).pid

function open() {
  const home = new Home(temporaryFolder())
  return { home, store: new RunStore(home) }
}

function write(home: Home, id: string, changes: Partial<RunRecord> | string = {}) {
  mkdirSync(join(home.runs, id), { recursive: true })
  const record = {
    format: 1,
    id,
    name: id,
    status: 'finished',
    created: '2026-01-01T00:00:00.000Z',
    started: new Date().toISOString(),
    trainer: { pid: process.pid, host: hostname() },
    dataset: { name: 'd', root: '/d', classes: ['a'], fingerprint: '' },
    tensorFlow: '2',
    devices: [],
    environment: {},
    step: 1,
    epoch: 1,
  }
  writeFileSync(
    join(home.runs, id, 'run.json'),
    typeof changes === 'string' ? changes : JSON.stringify({ ...record, ...changes }),
  )
}

describe('a new run', () => {
  it('has a readable name, and another one when that is taken', () => {
    const { store, home } = open()
    const now = new Date(2026, 10, 3, 4, 5, 9)
    const ids = [1, 2, 3].map(() => store.create(recipe, 'fashion-mnist-mini', now).id)
    const base = '2026-11-03_04-05-09_resnet8_fashion-mnist-mini'
    expect(ids).toEqual([base, `${base}_2`, `${base}_3`])
    expect(store.create(resolveRecipe({ preset: 'demo', settings: ['run.name=../Try / 2!'] }), 'x', now).folder).toBe(
      join(home.runs, '2026-11-03_04-05-09_resnet8_try-2'),
    )
  })

  it('is not listed before it has a record, and is discarded only then', () => {
    const { store, home } = open()
    const { id } = store.create(recipe, 'd')
    expect(store.list()).toEqual({ runs: [], damaged: [] })
    store.discardIfNotBegun(id)
    write(home, id)
    store.discardIfNotBegun(id)
    expect(store.list().runs.map((run) => run.id)).toEqual([id])
  })
})

describe('a run', () => {
  it('is found by id, unique beginning, folder, or as the last', () => {
    const { store, home } = open()
    write(home, 'aa-1', { created: '2026-01-03T00:00:00.000Z' })
    write(home, 'aa-12', { created: '2026-01-02T00:00:00.000Z' })
    write(home, 'b-1')
    expect(store.find('aa-1').id).toBe('aa-1')
    expect(store.find('b').id).toBe('b-1')
    expect(store.find('last').id).toBe('aa-1')
    expect(store.find(join(home.runs, 'b-1')).id).toBe('b-1')
    expect(() => store.find('aa')).toThrow(new RunError('2 runs begin with aa; write more of the id, such as aa-1.'))
    expect(() => store.find('c')).toThrow(new RunError('There is no run c; "anneal runs list" shows those there are.'))
    expect(() => store.find('')).toThrow(RunError)
    expect(store.list().runs.map(({ id }) => id)).toEqual(['aa-1', 'aa-12', 'b-1'])
  })

  it('that is said to run was interrupted when its process is gone or is another one', () => {
    const { store, home } = open()
    write(home, 'here', { status: 'running' })
    write(home, 'gone', { status: 'running', trainer: { pid: gone, host: hostname() } })
    write(home, 'reused', { status: 'running', started: '2020-01-01T00:00:00.000Z' })
    write(home, 'elsewhere', { status: 'running', trainer: { pid: gone, host: 'another-machine' } })
    expect(['here', 'gone', 'elsewhere'].map((id) => store.find(id).status)).toEqual([
      'running',
      'interrupted',
      'running',
    ])
    if (process.platform === 'linux') expect(store.find('reused').status).toBe('interrupted')
    expect(() => checkResumable(store.find('here'))).toThrow(/in use by process/)
    expect(() => checkResumable(store.find('gone'))).not.toThrow()
  })

  it('at work on another machine was interrupted when it has not been heard of for long', () => {
    const { store, home } = open()
    const longAgo = {
      status: 'running',
      started: '2020-01-01T00:00:00.000Z',
      trainer: { pid: gone, host: 'another-machine' },
    } as const
    for (const id of ['silent', 'lost', 'alive']) write(home, id, longAgo)
    beat(join(home.runs, 'lost'), 660)
    beat(join(home.runs, 'alive'), 300)
    expect(['silent', 'lost', 'alive'].map((id) => store.find(id).status)).toEqual([
      'interrupted',
      'interrupted',
      'running',
    ])
  })

  it('that was copied while its trainer lives is held until that trainer must be taken for gone, and says so', () => {
    const { store, home } = open()
    const trainer = { ...thisProcess(hostname()), folder: '/another/home/runs/copy' }
    write(home, 'copy', { status: 'running', trainer })
    expect(store.find('copy').heldUntil).toBeGreaterThan(Date.now() / 1000)
    expect(() => checkResumable(store.find('copy'))).toThrow(
      /in use by process \d+ on .+; if nothing more is heard of it, the run can be resumed from [\d:]+ GMT\S+ on\.$/,
    )
    write(home, 'old-copy', { status: 'running', trainer, started: '2020-01-01T00:00:00.000Z' })
    expect(store.find('old-copy').status).toBe('interrupted')
  })

  it('whose copied lock is held by another machine says by whom and until when', () => {
    const { store, home } = open()
    write(home, 'copy', { status: 'stopped' })
    const hold = (at: number) =>
      writeFileSync(join(home.runs, 'copy', 'lock.json'), JSON.stringify({ pid: 12, host: 'another-machine', at }))
    hold(Date.now() / 1000)
    expect(() => checkResumable(store.find('copy'))).toThrow(/process 12 on another-machine.* resumed from .* on\.$/)
    hold(Date.now() / 1000 - 660)
    expect(() => checkResumable(store.find('copy'))).not.toThrow()
  })

  it('on this machine goes on when the clock was set forward since its start', () => {
    const { store, home } = open()
    write(home, 'here', { status: 'running', started: '2020-01-01T00:00:00.000Z', trainer: thisProcess(hostname()) })
    expect(store.find('here').status).toBe('running')
  })

  it('that is damaged or newer says so, and does not hide the others', () => {
    const { store, home } = open()
    write(home, 'good')
    write(home, 'cut', '{"format":1,"id":')
    write(home, 'wrong', { step: -1 })
    write(home, 'newer', { format: 2 } as never)
    expect(() => store.find('cut')).toThrow(/run\.json of cut is damaged/)
    expect(() => store.find('wrong')).toThrow(/run\.json of wrong is damaged \(step: /)
    expect(() => store.find('newer')).toThrow(
      new RunError('The run newer was written by a newer Anneal (format 2); update Anneal to open it.'),
    )
    expect(store.list().runs.map(({ id }) => id)).toEqual(['good'])
    expect(
      store
        .list()
        .damaged.map(({ id }) => id)
        .sort(),
    ).toEqual(['cut', 'newer', 'wrong'])
  })
})

/** The trainer has given a sign so many seconds ago. */
function beat(folder: string, ago: number): void {
  const file = join(folder, 'heartbeat')
  const at = Date.now() / 1000 - ago
  writeFileSync(file, '')
  utimesSync(file, at, at)
}

describe('the lock of a run', () => {
  it('of another machine is taken over when its trainer has not been heard of for long', () => {
    const foreign = JSON.stringify({ pid: gone, host: 'another-machine', at: Date.now() / 1000 - 3600 })
    const [lost, alive] = [temporaryFolder(), temporaryFolder()] as const
    for (const folder of [lost, alive]) writeFileSync(join(folder, 'lock.json'), foreign)
    beat(lost, 660)
    beat(alive, 300)
    lockRun(lost, 'r')()
    expect(() => lockRun(alive, 'r')).toThrow(/in use by process \d+ on another-machine/)
  })

  it('lets one in at a time', () => {
    const folder = temporaryFolder()
    const unlock = lockRun(folder, 'r')
    expect(() => lockRun(folder, 'r')).toThrow(
      new RunError(`The run r is in use by process ${process.pid} on ${hostname()}; wait for it to end, or stop it.`),
    )
    unlock()
    lockRun(folder, 'r')()
  })

  it.each([JSON.stringify({ pid: gone, host: hostname(), at: Date.now() / 1000 }), 'cut short'])(
    'of a process that is gone counts for nothing: %s',
    (content) => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'lock.json'), content)
      lockRun(folder, 'r')()
    },
  )
})
