import { describe, expect, it } from 'vitest'
import type { MetricsChunk } from '../../../shared/contract/workbench.ts'
import { MetricsReader, type RunMetrics } from './metrics-reader.ts'

/** A host with one file of metrics, a record a loss. A cursor names the file and the records read. */
class File {
  losses: number[] = []
  name = 'first'
  asked: string[] = []
  broken = false

  read = (cursor: string): Promise<MetricsChunk> => {
    this.asked.push(cursor)
    if (this.broken) return Promise.reject(new Error('The connection was lost.'))
    const [name, count] = cursor.split(':')
    const from = name === this.name ? Number(count) : 0
    const values = Float64Array.from(this.losses.slice(from))
    const steps = values.map((_, i) => from + i + 1)
    const series = values.length
      ? [{ split: 'train' as const, metric: 'loss', steps, epochs: steps, walls: steps.map((s) => 100 + s), values }]
      : []
    return Promise.resolve({
      next: `${this.name}:${this.losses.length}`,
      restarted: cursor !== '' && name !== this.name,
      series,
    })
  }
}

function reading() {
  const file = new File()
  let metrics: RunMetrics | undefined
  const reader = new MetricsReader(file.read, (now) => (metrics = now))
  return { file, reader, losses: () => [...(metrics?.columns.get('train/loss')?.values ?? [])], metrics: () => metrics }
}

describe('the reader of metrics', () => {
  it('reads all there is, then only what is new', async () => {
    const { file, reader, losses, metrics } = reading()
    file.losses = [5, 4, 3, 2]
    await reader.read()
    expect(losses()).toEqual([5, 4, 3, 2])
    expect(metrics()?.start).toBe(101)
    file.asked = []
    file.losses.push(1)
    await reader.read()
    expect(losses()).toEqual([5, 4, 3, 2, 1])
    expect(file.asked).toEqual(['first:4'])
  })

  it('drops what it has when the file was written anew', async () => {
    const { file, reader, losses } = reading()
    file.losses = [5, 4, 3, 2]
    await reader.read()
    Object.assign(file, { losses: [9, 8, 7, 6, 5], name: 'second' })
    await reader.read()
    expect(losses()).toEqual([9, 8, 7, 6, 5])
  })

  it('misses no point after a failure', async () => {
    const { file, reader, losses, metrics } = reading()
    file.losses = [5, 4]
    await reader.read()
    file.broken = true
    file.losses.push(3)
    await reader.read()
    expect(metrics()?.problem).toBe('The connection was lost.')
    expect(losses()).toEqual([5, 4])
    file.broken = false
    file.losses.push(2)
    await reader.read()
    expect(losses()).toEqual([5, 4, 3, 2])
    expect(metrics()?.problem).toBeUndefined()
  })

  it('shares a reading among those who ask at once', async () => {
    const { file, reader, losses } = reading()
    file.losses = [1]
    await Promise.all([reader.read(), reader.read(), reader.read()])
    expect(losses()).toEqual([1])
    expect(file.asked.filter((cursor) => cursor === '')).toHaveLength(1)
  })
})
