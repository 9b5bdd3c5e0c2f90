import { describe, expect, it } from 'vitest'
import { RunError } from '../../shared/errors.ts'
import { RunControls } from './run-controls.ts'

describe('what is wanted of training', () => {
  it('is the next step unless something else was asked for: stopping first, then checkpoints, then waiting', () => {
    const controls = new RunControls()
    expect(controls.wanted).toBe('step')
    controls.pause(true)
    expect(controls.wanted).toBe('wait')
    void controls.saveCheckpoint()
    expect(controls.wanted).toBe('checkpoint')
    controls.take()
    expect(controls.wanted).toBe('wait')
    controls.pause(false)
    expect(controls.wanted).toBe('step')
    controls.pause(true)
    controls.stop()
    expect(controls.wanted).toBe('stop')
  })

  it('is nothing more once it was aborted: whoever asks is told why', async () => {
    const controls = new RunControls()
    controls.pause(true)
    const change = controls.change()
    const reason = new RunError('Taken over.')
    controls.abort(reason)
    await change
    expect(() => controls.wanted).toThrow(reason)
    expect(controls.aborted).toBe(reason)
  })

  it('wakes who waits, whatever is asked for', async () => {
    const controls = new RunControls()
    for (const ask of [
      () => controls.pause(false),
      () => controls.scaleLearningRate(2),
      () => void controls.saveCheckpoint(),
      () => controls.stop(),
    ]) {
      const change = controls.change()
      ask()
      await change
    }
  })
})

describe('a checkpoint that is asked for', () => {
  it('is there when it was taken up and saved, not when one before it was', async () => {
    const controls = new RunControls()
    const order: string[] = []
    const first = controls.saveCheckpoint().then(() => order.push('first'))
    controls.take()
    const second = controls.saveCheckpoint().then(() => order.push('second'))
    controls.saved()
    await first
    expect(order).toEqual(['first'])
    controls.take()
    controls.saved()
    await second
    expect(order).toEqual(['first', 'second'])
  })

  it('is refused when training ends before', async () => {
    const controls = new RunControls()
    const [taken, waiting] = [controls.saveCheckpoint(), (controls.take(), controls.saveCheckpoint())]
    controls.ended()
    await expect(taken).rejects.toThrow(RunError)
    await expect(waiting).rejects.toThrow(RunError)
  })
})

it('keeps the learning rate scale of a checkpoint until another is asked for', () => {
  const controls = new RunControls()
  expect(controls.learningRateScale()).toBe(1)
  expect(controls.learningRateScale(0.5)).toBe(0.5)
  controls.scaleLearningRate(0.1)
  expect(controls.learningRateScale(0.5)).toBe(0.1)
})
