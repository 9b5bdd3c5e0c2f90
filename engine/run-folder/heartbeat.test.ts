import { runFiles } from '../../shared/run-folder/files.ts'
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { HEARTBEAT_EVERY } from '../../shared/run-folder/heartbeat.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { Heartbeat } from './heartbeat.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
const wait = () => vi.advanceTimersByTime(1000 * HEARTBEAT_EVERY)

it('shows that a trainer lives until it ends', () => {
  const folder = temporaryFolder()
  const file = join(folder, runFiles.heartbeat)
  const taken = vi.fn()
  const heartbeat = new Heartbeat(folder, taken)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() })
  utimesSync(file, 1, 1)
  wait()
  expect(statSync(file).mtimeMs).toBeGreaterThan(1000)
  heartbeat.stop()
  wait()
  expect(existsSync(file)).toBe(false)
  expect(taken).not.toHaveBeenCalled()
})

it('tells a trainer that another one has taken its place, and leaves that one its sign', () => {
  const folder = temporaryFolder()
  const file = join(folder, runFiles.heartbeat)
  const taken = vi.fn()
  const heartbeat = new Heartbeat(folder, taken)
  writeFileSync(file, '{"pid":1,"host":"elsewhere"}')
  wait()
  expect(taken).toHaveBeenCalledTimes(1)
  heartbeat.stop()
  expect(readFileSync(file, 'utf8')).toContain('elsewhere')
})

it('needs no folder', () => {
  const folder = join(temporaryFolder(), 'none')
  const heartbeat = new Heartbeat(folder, () => undefined)
  wait()
  heartbeat.stop()
  expect(existsSync(folder)).toBe(false)
})
