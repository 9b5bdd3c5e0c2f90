import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { SilenceWatch } from './silence.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] }))
afterEach(() => void vi.useRealTimers())

function open() {
  const told: (number | undefined)[] = []
  let pings = 0
  let end: () => void = () => undefined
  const watch = new SilenceWatch(
    () => Promise.resolve(void pings++),
    (since) => told.push(since),
  )
  const call = watch.during(new Promise<void>((resolve) => (end = resolve)))
  const finish = () => {
    end()
    return call
  }
  return { watch, told, finish, pings: () => pings }
}

it('tells of a silence of 30 seconds once, with its begin, and of its end', () => {
  vi.setSystemTime(1_000_000)
  const { watch, told, pings } = open()
  vi.advanceTimersByTime(29_900)
  expect({ told, pings: pings() }).toEqual({ told: [], pings: 1 })
  vi.advanceTimersByTime(30_000)
  expect(told).toEqual([1000])
  watch.heard()
  expect(told).toEqual([1000, undefined])
  vi.advanceTimersByTime(3000)
  expect(pings()).toBe(2)
})

it('tells nothing of one that answers, however late within the time', () => {
  const { watch, told } = open()
  for (let i = 0; i < 20; i++) {
    vi.advanceTimersByTime(25_000)
    watch.heard()
  }
  expect(told).toEqual([])
})

it('takes the sleep of the machine for no silence, though it was silent before', () => {
  const { watch, told } = open()
  vi.advanceTimersByTime(27_500)
  // The clock goes on, the timers do not: the next look is late.
  const now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 3_600_000)
  vi.setSystemTime(Date.now() + 3_600_000)
  vi.advanceTimersByTime(2900)
  expect(told).toEqual([])
  watch.heard()
  clock.mockRestore()
  expect(told).toEqual([])
})

it('asks nothing while no call is under way', async () => {
  const { told, finish, pings } = open()
  await finish()
  vi.advanceTimersByTime(100_000)
  expect({ told, pings: pings() }).toEqual({ told: [], pings: 1 })
})
