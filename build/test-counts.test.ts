import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { countVitest, sum, summary } from './test-counts.mjs'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'anneal-counts-'))))
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs vitest itself over some files, and counts its report. */
function count(files: Record<string, string>) {
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code)
  const report = join(folder, 'report.json')
  const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
  const args = [
    'run',
    `--root=${folder}`,
    '--globals',
    '--pool=forks',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
  const { status } = spawnSync(process.execPath, [vitest, ...args], { cwd: folder, env: { PATH: process.env.PATH } })
  return countVitest(report, status ?? 1)
}

const passing = `it('a', () => {}); it('b', () => {})`

it('counts what passes, fails and is skipped', () => {
  const mixed = `it('c', () => { throw new Error('no') }); it.skip('d', () => {}); it.todo('e')`
  expect(count({ 'a.test.js': passing, 'b.test.js': mixed })).toEqual({ passed: 2, failed: 1, skipped: 2 })
})

it.each([
  ['does not load', `import './nothing.js'; ${passing}`],
  ['holds no test', `export {}`],
  ['ends its process', `process.kill(process.pid, 'SIGKILL')`],
])('counts one failure for a file that %s', (_, code) => {
  expect(count({ 'a.test.js': passing, 'b.test.js': code })).toEqual({ passed: 2, failed: 1, skipped: 0 })
})

it('counts a failure where an error comes outside of all tests', () => {
  const late = `it('c', () => { Promise.reject(new Error('nobody waits')) })`
  expect(count({ 'b.test.js': late })).toEqual({ passed: 1, failed: 1, skipped: 0 })
})

it('counts a failure where there is no report', () => {
  expect(countVitest(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

it('words the last line', () => {
  expect(
    summary(
      sum([
        { passed: 2, failed: 0, skipped: 0 },
        { passed: 1, failed: 1, skipped: 0 },
      ]),
    ),
  ).toBe('3 passed, 1 failed')
  expect(summary({ passed: 3, failed: 0, skipped: 2 })).toBe('3 passed, 0 failed, 2 skipped')
})
