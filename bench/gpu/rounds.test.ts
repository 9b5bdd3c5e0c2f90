import { describe, expect, it } from 'vitest'
import type { Figures, Job, Row } from './job.ts'
import { measureAll } from './rounds.ts'

const plenty = { rounds: 3, left: () => 1000, each: 100 }

/** A job that gives these rates, one a round. */
function rates(name: string, values: readonly number[], more: Partial<Job> = {}): Job {
  let round = 0
  return { name, ...more, measure: () => Promise.resolve({ imagesPerSecond: values[round++]! }) }
}

async function measured(jobs: readonly Job[], limits: Partial<typeof plenty> = {}) {
  const begun: string[] = []
  const told: (readonly Row[])[] = []
  const rows = await measureAll(
    jobs,
    { ...plenty, ...limits },
    { begin: (round, name) => begun.push(`${round} ${name}`), rows: (rows) => told.push(rows) },
  )
  return { rows, begun, told }
}

describe('rounds', () => {
  it('take the rows in turn, and give medians of rates and of ratios within a round', async () => {
    const { rows, begun, told } = await measured([
      rates('a', [100, 50, 80]),
      rates('b', [50, 100, 60], { besides: 'a' }),
      rates('c', [50, 100, 60], { besides: 'a', contender: true }),
      rates('d', [7], { once: true }),
    ])
    expect(begun).toEqual(['0 a', '0 b', '0 c', '0 d', '1 a', '1 b', '1 c', '2 a', '2 b', '2 c'])
    expect(told).toHaveLength(begun.length)
    expect(told[0]!.map(({ problem }) => problem)).toEqual([undefined, 'not yet', 'not yet', 'not yet'])
    expect(rows).toEqual([
      { name: 'a', imagesPerSecond: 80, rounds: 3, rates: [100, 50, 80], told: [] },
      {
        name: 'b',
        imagesPerSecond: 60,
        rounds: 3,
        rates: [50, 100, 60],
        told: [],
        ratio: { besides: 'a', value: 60 / 80 },
      },
      {
        name: 'c',
        imagesPerSecond: 60,
        rounds: 3,
        rates: [50, 100, 60],
        told: [],
        contender: true,
        ratio: { besides: 'a', value: 80 / 60 },
      },
      { name: 'd', imagesPerSecond: 7, rounds: 1, rates: [7], told: [] },
    ])
  })

  it('go on after a row that fails, which is not tried again', async () => {
    const failing: Job = { name: 'a', measure: () => Promise.reject(new Error('it is broken\nat once')) }
    const { rows, begun } = await measured([failing, rates('b', [1, 1, 1], { besides: 'a' })])
    expect(begun).toEqual(['0 a', '0 b', '1 b', '2 b'])
    expect(rows).toEqual([
      { name: 'a', rounds: 0, rates: [], told: [], problem: 'it is broken' },
      { name: 'b', imagesPerSecond: 1, rounds: 3, rates: [1, 1, 1], told: [] },
    ])
  })

  it('keep the figures of a row that fails later, and tell that', async () => {
    let round = 0
    const measure = (): Promise<Figures> =>
      round++ === 1 ? Promise.reject(new Error('memory ran out')) : Promise.resolve({ imagesPerSecond: 5 })
    const { rows } = await measured([{ name: 'a', told: 'odd', measure }, rates('b', [1, 2, 3], { besides: 'a' })])
    expect(rows).toEqual([
      { name: 'a', imagesPerSecond: 5, rounds: 2, rates: [5, 5], told: ['odd', 'round 2: memory ran out'] },
      {
        name: 'b',
        imagesPerSecond: 2,
        rounds: 3,
        rates: [1, 2, 3],
        told: [],
        ratio: { besides: 'a', value: (1 / 5 + 3 / 5) / 2 },
      },
    ])
  })

  it('tell what the time did not do for', async () => {
    let left = 10
    const slow: Job = {
      name: 'a',
      measure: () => {
        left = 1
        return Promise.resolve({ imagesPerSecond: 1 })
      },
    }
    const { rows, begun } = await measured([slow, rates('b', [1])], { left: () => left })
    expect(begun).toEqual(['0 a'])
    expect(rows).toEqual([
      { name: 'a', imagesPerSecond: 1, rounds: 1, rates: [1], told: [] },
      { name: 'b', rounds: 0, rates: [], told: [], problem: 'left out: the time was up' },
    ])
  })

  it.each([137.240397874, 1e12])('may be given %s seconds each', async (each) => {
    const { rows } = await measured([rates('a', [1, 2, 3])], { each, left: () => each })
    expect(rows[0]).toMatchObject({ imagesPerSecond: 2, rounds: 3 })
  })

  it('end a measurement that takes too long', async () => {
    const endless: Job = {
      name: 'a',
      measure: (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('it was killed')))),
    }
    // A signal's timer keeps no process alive: what is measured does.
    const alive = setInterval(() => undefined, 1000)
    const { rows } = await measured([endless, rates('b', [1, 1, 1])], { each: 0.0123 })
    clearInterval(alive)
    expect(rows).toEqual([
      { name: 'a', rounds: 0, rates: [], told: [], problem: 'ended after 0 s, the time that it had' },
      { name: 'b', imagesPerSecond: 1, rounds: 3, rates: [1, 1, 1], told: [] },
    ])
  })
})
