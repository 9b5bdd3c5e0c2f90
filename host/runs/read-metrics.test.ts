import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileWhole } from '../../storage/write-file.ts'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { readMetrics } from './read-metrics.ts'

const line = (step: number, split = 'train', values: object = { loss: step / 10 }) =>
  JSON.stringify({ step, epoch: step / 4, wall: 1000 + step, split, values }) + '\n'

const open = (content?: string) => {
  const file = join(temporaryFolder(), 'metrics.jsonl')
  if (content !== undefined) writeFileSync(file, content)
  return file
}

describe('the metrics of a run', () => {
  it('come as columns, a series for each value of each split', async () => {
    const { series, restarted } = await readMetrics(
      open(line(1) + line(2, 'val', { top1: 0.5 }) + line(3, 'train', { loss: 0.3, dataWait: 2 })),
      '',
    )
    expect(restarted).toBe(false)
    expect(series).toEqual([
      {
        split: 'train',
        metric: 'loss',
        steps: Float64Array.of(1, 3),
        epochs: Float64Array.of(0.25, 0.75),
        walls: Float64Array.of(1001, 1003),
        values: Float64Array.of(0.1, 0.3),
      },
      {
        split: 'train',
        metric: 'dataWait',
        steps: Float64Array.of(3),
        epochs: Float64Array.of(0.75),
        walls: Float64Array.of(1003),
        values: Float64Array.of(2),
      },
      {
        split: 'val',
        metric: 'top1',
        steps: Float64Array.of(2),
        epochs: Float64Array.of(0.5),
        walls: Float64Array.of(1002),
        values: Float64Array.of(0.5),
      },
    ])
  })

  it('are read on from where they were read to, whole lines only', async () => {
    const file = open(line(1) + line(2).slice(0, 20))
    const first = await readMetrics(file, '')
    expect([...first.series[0]!.steps]).toEqual([1])
    expect((await readMetrics(file, first.next)).series).toEqual([])
    appendFileSync(file, line(2).slice(20) + line(3))
    const second = await readMetrics(file, first.next)
    expect([...second.series[0]!.steps]).toEqual([2, 3])
    expect(second.restarted).toBe(false)
  })

  it('are read anew when the file was written anew, even where it is longer than before', async () => {
    const file = open(line(1) + line(2))
    const { next } = await readMetrics(file, '')
    writeFileWhole(file, line(1) + line(5) + line(6) + line(7))
    const again = await readMetrics(file, next)
    expect(again.restarted).toBe(true)
    expect([...again.series[0]!.steps]).toEqual([1, 5, 6, 7])
  })

  it('begin with nothing, and may go', async () => {
    const file = open()
    expect(await readMetrics(file, '')).toEqual({ next: '', restarted: false, series: [] })
    expect(await readMetrics(file, '1-2-3')).toEqual({ next: '', restarted: true, series: [] })
  })

  it('leave out what is no record', async () => {
    const file = open(
      line(1) +
        '{"step":\n' +
        '7\n' +
        '{"step":"4","values":{}}\n' +
        line(4, 'test') +
        line(5, 'train', { loss: 'high', top1: 1 }),
    )
    const { series, next } = await readMetrics(file, '')
    expect(series.map(({ metric, steps }) => [metric, [...steps]])).toEqual([
      ['loss', [1]],
      ['top1', [5]],
    ])
    expect(Number(next.split('-')[2])).toBe(readFileSync(file).length)
  })

  describe('that were kept as columns', () => {
    const many = (from: number, to: number) =>
      Array.from(
        { length: to - from },
        (_, i) => line(from + i) + (i % 100 === 0 ? line(from + i, 'val', { top1: i }) : ''),
      ).join('')

    /** Reads with a file to keep, and waits until it is there as the reading left it. */
    async function keeping(file: string, kept: string) {
      const before = statSync(kept, { throwIfNoEntry: false })?.mtimeMs
      const chunk = await readMetrics(file, '', kept)
      await vi.waitFor(() => expect(statSync(kept).mtimeMs).not.toBe(before), { timeout: 20_000 })
      return chunk
    }

    it('are the same as those that are parsed, also where the file has grown', async () => {
      const file = open(many(1, 2000))
      const kept = join(temporaryFolder(), 'metrics', 'kept')
      expect(await keeping(file, kept)).toEqual(await readMetrics(file, ''))
      expect(await readMetrics(file, '', kept)).toEqual(await readMetrics(file, ''))
      appendFileSync(file, many(2000, 4000) + line(4000, 'val', { top5: 1 }))
      const grown = await keeping(file, kept)
      expect(grown).toEqual(await readMetrics(file, ''))
      expect(grown.series.map(({ metric, steps }) => [metric, steps.length])).toEqual([
        ['loss', 3999],
        ['top1', 40],
        ['top5', 1],
      ])
      expect(await readMetrics(file, '', kept)).toEqual(grown)
    })

    it('are not parsed again', async () => {
      const file = open(many(1, 2000))
      const kept = join(temporaryFolder(), 'kept')
      const first = await keeping(file, kept)
      // The same file with other content: only who parses it would see that.
      writeFileSync(file, 'x'.repeat(statSync(file).size - 1) + '\n')
      expect(await readMetrics(file, '', kept)).toEqual(first)
    })

    it.each(['', 'what is this', '\xff\x0f"\x01x'])('do not count where the kept file says %j', async (content) => {
      const file = open(many(1, 2000))
      const kept = join(temporaryFolder(), 'kept')
      writeFileSync(kept, content, 'latin1')
      expect(await readMetrics(file, '', kept)).toEqual(await readMetrics(file, ''))
    })

    it('do not count where the file was written anew', async () => {
      const file = open(many(1, 2000))
      const kept = join(temporaryFolder(), 'kept')
      await keeping(file, kept)
      writeFileWhole(file, line(7))
      expect((await readMetrics(file, '', kept)).series[0]!.steps).toEqual(Float64Array.of(7))
    })
  })
})
