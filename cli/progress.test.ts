import fc from 'fast-check'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { TrainerProgress } from '../shared/contract/trainer.ts'
import { plainProgress } from './progress-plain.ts'
import { layOut, terminalProgress } from './progress-terminal.ts'

const training = (step: number): TrainerProgress => ({
  phase: 'training',
  step,
  totalSteps: 744,
  epoch: 3,
  epochs: 8,
  loss: 0.5123,
  top1: 0.841,
  learningRate: 0.1,
  imagesPerSecond: 1234.5,
  secondsLeft: 130,
})
const evaluated: TrainerProgress = { phase: 'evaluated', epoch: 3, top1: 0.841, top5: 0.99, loss: 0.5123 }

describe('plain progress', () => {
  it('is a line for every evaluation, and one for the training every ten seconds', () => {
    const stream = new PassThrough({ encoding: 'utf8' })
    let seconds = 0
    const display = plainProgress(stream, () => seconds)
    for (; seconds < 25; seconds++) display.show(training(seconds))
    display.show({ phase: 'evaluating', done: 1, total: 9 })
    display.show(evaluated)
    display.show({ phase: 'checkpoint', step: 25 })
    display.show(training(26))
    display.end()
    expect((stream.read() as string).split('\n')).toEqual([
      'epoch 3/8 step 0/744  loss 0.5123  top-1 84.1%  1235 img/s  2m 10s left',
      'epoch 3/8 step 10/744  loss 0.5123  top-1 84.1%  1235 img/s  2m 10s left',
      'epoch 3/8 step 20/744  loss 0.5123  top-1 84.1%  1235 img/s  2m 10s left',
      'epoch 3   top-1 84.1%  top-5 99.0%  loss 0.5123',
      '',
    ])
  })
})

describe('the live line', () => {
  const word = fc.string({ maxLength: 60, unit: 'grapheme-ascii' })
  it('never reaches the last column', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        word,
        word,
        fc.integer({ min: 20, max: 200 }),
        (done, total, before, after, columns) => {
          expect(layOut({ done, total, before, after }, columns).length).toBeLessThan(columns)
        },
      ),
    )
  })

  it('shows the share that is done', () => {
    expect(layOut({ done: 1, total: 4, before: 'a', after: 'b' }, 80)).toBe(`a [${'='.repeat(6)}${' '.repeat(18)}] b`)
    expect(layOut({ done: 5, total: 4, before: 'a', after: 'b' }, 80)).toBe(`a [${'='.repeat(24)}] b`)
    expect(layOut({ done: 1, total: 4, before: 'a'.repeat(10), after: 'b' }, 18)).toBe('aaaaaaaaaa  b')
  })

  it('keeps every note, the last one too, and shows the cursor again', () => {
    const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 80 })
    const display = terminalProgress(stream as unknown as NodeJS.WriteStream)
    display.show(training(1))
    display.show(evaluated)
    display.note('last')
    display.end()
    display.end()
    const written = stream.read() as string
    expect(written).toContain('epoch 3   top-1 84.1%')
    expect(written).toContain('last\n')
    expect(written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(written.lastIndexOf('\u001b[?25l'))
  })
})
