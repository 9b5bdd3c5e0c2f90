import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { processFacts } from './process-facts.ts'
import { isProcessAlive } from './process-alive.ts'

const now = () => Date.now() / 1000

it('knows the living from the dead, and from those who have their number now', () => {
  expect(isProcessAlive(process.pid, now())).toBe(true)
  expect(isProcessAlive(2 ** 22 + 1, now())).toBe(false)
})

it.runIf(process.platform === 'linux')('tells a process that began later', () => {
  expect(isProcessAlive(process.pid, now() - 10_000)).toBe(false)
})

it.runIf(process.platform === 'linux')('knows a process by its birth, however the clock was set since', () => {
  const { birth } = processFacts(process.pid)!
  expect(isProcessAlive(process.pid, now() - 10_000, birth)).toBe(true)
  expect(
    isProcessAlive(
      process.pid,
      now(),
      birth.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)),
    ),
  ).toBe(false)
  expect(isProcessAlive(process.pid, now(), birth.replace(/^\S+/, 'another-boot'))).toBe(false)
})

it.runIf(process.platform === 'linux')('takes one that is dead but not buried for dead', async () => {
  // The shell becomes a sleep, which never asks how the child that it was given ended.
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'])
  onTestFinished(() => void parent.kill())
  const pid = Number(
    await new Promise<string>((resolve) => parent.stdout.once('data', (data: Buffer) => resolve(data.toString()))),
  )
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), { timeout: 10_000 }).toContain(') Z ')
  expect(isProcessAlive(pid, now())).toBe(false)
})
