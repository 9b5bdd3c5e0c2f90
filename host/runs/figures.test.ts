import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { RunError } from '../../shared/errors.ts'
import type { MetricsRecord } from '../../shared/run-folder/metrics.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { Figures } from './figures.ts'

const line = (step: number, split: MetricsRecord['split'], values: Record<string, number | null>) =>
  `${JSON.stringify({ step, epoch: step, wall: step, split, values })}\n`

function open() {
  const folder = temporaryFolder()
  const file = join(folder, 'run')
  const fileOf = (id: string) => {
    if (id === 'gone') throw new RunError('There is no run gone any more.')
    return join(folder, id)
  }
  const figures = new Figures(fileOf, (id) => join(folder, 'kept', id))
  const of = async (id: string) =>
    Object.fromEntries(
      ((await figures.of([id]))[id] ?? []).map(({ split, metric, least, most, last }) => [
        `${split}/${metric}`,
        [least, most, last],
      ]),
    )
  return { file, figures, of }
}

it('tells the least, the most and the last of every metric, and follows a run that grows', async () => {
  const { file, of } = open()
  writeFileSync(
    file,
    line(1, 'train', { loss: 3 }) + line(2, 'train', { loss: 1, learningRate: 0.1 }) + line(2, 'val', { top1: 0.4 }),
  )
  expect(await of('run')).toEqual({
    'train/loss': [1, 3, 1],
    'train/learningRate': [0.1, 0.1, 0.1],
    'val/top1': [0.4, 0.4, 0.4],
  })
  // The last line is not whole yet.
  appendFileSync(file, line(3, 'train', { loss: 2 }) + line(4, 'train', { loss: 9 }).slice(0, -3))
  expect((await of('run'))['train/loss']).toEqual([1, 3, 2])
})

it('leaves out what is no finite number', async () => {
  const { file, of } = open()
  writeFileSync(
    file,
    line(1, 'train', { loss: 3, scale: null }) +
      line(2, 'train', { loss: null }) +
      '{"step":3,"epoch":1,"wall":1,"split":"train","values":{"loss":1e999}}\n',
  )
  expect(await of('run')).toEqual({ 'train/loss': [3, 3, 3] })
})

it('begins anew with a file that was written anew', async () => {
  const { file, of } = open()
  writeFileSync(file, line(1, 'train', { loss: 1 }))
  await of('run')
  rmSync(file)
  writeFileSync(`${file}.new`, '')
  writeFileSync(file, line(1, 'train', { loss: 5 }))
  expect(await of('run')).toEqual({ 'train/loss': [5, 5, 5] })
})

it('has nothing of a run that is gone, or has no metrics yet', async () => {
  const { figures } = open()
  expect(await figures.of(['gone', 'empty'])).toEqual({ empty: [] })
})
