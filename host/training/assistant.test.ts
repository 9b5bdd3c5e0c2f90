import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { TrainerLostError } from '../../shared/errors.ts'
import { Assistant } from './assistant.ts'
import { NodeStarter } from './trainer/node-starter.ts'

const tinyTrainer = join(import.meta.dirname, '../../tests/fixtures/tiny-trainer.ts')

function open(idle?: number, starter = new NodeStarter(tinyTrainer)) {
  const assistant = new Assistant(() => starter.start({ environment: {} }), idle)
  onTestFinished(() => assistant.end())
  return assistant
}

const list = (assistant: Assistant) =>
  assistant.ask((calls) => calls.listImages({ dataset: 'a', split: 'train', offset: 0, limit: 1 }))

describe('the assistant', () => {
  it('is one process for many questions, started by the first', async () => {
    const assistant = open()
    expect(assistant.pid).toBeUndefined()
    expect(await list(assistant)).toMatchObject({ classes: ['a'] })
    const { pid } = assistant
    await list(assistant)
    expect(assistant.pid).toBe(pid)
  })

  it('ends when it has been idle, and comes back', async () => {
    const assistant = open(30)
    await list(assistant)
    const { pid } = assistant
    await expect.poll(() => assistant.pid).toBeUndefined()
    await list(assistant)
    expect(assistant.pid).not.toBe(pid)
  })

  it('that is killed fails the question, and answers the next one', async () => {
    const assistant = open()
    await list(assistant)
    const hanging = assistant.ask((calls) => calls.checkDataset({ root: '/hang', cacheFolder: '' }))
    process.kill(assistant.pid!, 'SIGKILL')
    await expect(hanging).rejects.toThrow(TrainerLostError)
    expect(await list(assistant)).toMatchObject({ classes: ['a'] })
  })

  it('that is lost has nothing to forget', async () => {
    const assistant = open()
    await list(assistant)
    process.kill(assistant.pid!, 'SIGKILL')
    await assistant.forget('/a')
  })

  it.runIf(process.platform !== 'win32')(
    'that does not answer is ended, and the next question starts another',
    async () => {
      const assistant = open(undefined, new NodeStarter(tinyTrainer, 5000))
      await list(assistant)
      const { pid } = assistant
      process.kill(pid!, 'SIGSTOP')
      await expect(list(assistant)).rejects.toThrow(/did not answer for too long and was ended; ask again/)
      expect(await list(assistant)).toMatchObject({ classes: ['a'] })
      expect(assistant.pid).not.toBe(pid)
    },
  )
})
