import { expect, it } from 'vitest'
import { latest } from './latest.ts'

it('does a job once at a time, and once more when it was asked for meanwhile', async () => {
  const log: string[] = []
  const gates: (() => void)[] = []
  const job = latest(async () => {
    log.push('begin')
    await new Promise<void>((resolve) => gates.push(resolve))
    log.push('end')
  })
  const first = job()
  const second = job()
  const third = job()
  expect(second).toBe(third)
  expect(log).toEqual(['begin'])
  gates.shift()!()
  await first
  await Promise.resolve()
  expect(log).toEqual(['begin', 'end', 'begin'])
  const fourth = job()
  gates.shift()!()
  await second
  await Promise.resolve()
  gates.shift()!()
  await fourth
  expect(log).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end'])
})

it('goes on after a failure', async () => {
  let turns = 0
  const job = latest(() => (turns++ === 0 ? Promise.reject(new Error('once')) : Promise.resolve()))
  const first = job()
  const second = job()
  await expect(first).rejects.toThrow('once')
  await second
  await job()
  expect(turns).toBe(3)
})
