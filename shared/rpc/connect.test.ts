import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { DatasetError, TensorFlowError, TrainerLostError } from '../errors.ts'
import { connect } from './connect.ts'
import type { Port } from './port.ts'

interface Events {
  progress(step: number): void
}

class Service {
  add = (a: number, b: number) => Promise.resolve(a + b)
  never = () => new Promise<void>(() => undefined)
  unsendable = () => () => undefined
  floats = (values: Float32Array) => values.map((value) => 2 * value)
  fail = (kind: 'ours' | 'tensorflow' | 'other' | 'text') => {
    if (kind === 'ours') throw new DatasetError('No images.', { cause: new Error('ENOENT') })
    if (kind === 'tensorflow') throw new TensorFlowError('INVALID_ARGUMENT', 'wrong shape', 'conv1')
    if (kind === 'other') throw new RangeError('too long')
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw 'a text'
  }
  inherited() {
    return 'secret'
  }
}

/** A real channel of the platform, which clones what it carries as processes do. */
function pair() {
  const { port1, port2 } = new MessageChannel()
  const closers: ((reason?: Error) => void)[] = []
  const adapt = (port: MessagePort): Port => ({
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener: (reason?: Error) => void) => void closers.push(listener),
  })
  const close = (reason?: Error) => {
    port1.close()
    closers.forEach((listener) => listener(reason))
  }
  return { host: adapt(port1), trainer: adapt(port2), raw: port1, close }
}

function connected() {
  const { host, trainer, raw, close } = pair()
  const steps: number[] = []
  const { remote } = connect<Service, Events>(host, { progress: (step) => void steps.push(step) })
  const { notify } = connect<Events, Service>(trainer, new Service())
  return { remote, notify, steps, raw, close }
}

describe('a call', () => {
  it('brings back its result, typed arrays too', async () => {
    const { remote, close } = connected()
    expect(await remote.add(2, 3)).toBe(5)
    expect(await remote.floats(Float32Array.of(1, 2))).toEqual(Float32Array.of(2, 4))
    close()
  })

  it('fails with the class, message and cause of the error there', async () => {
    const { remote, close } = connected()
    const ours = await remote.fail('ours').catch((error: unknown) => error)
    expect(ours).toBeInstanceOf(DatasetError)
    expect(ours).toMatchObject({ message: 'No images.', cause: { message: 'ENOENT' } })
    const tensorFlow = await remote.fail('tensorflow').catch((error: unknown) => error)
    expect(tensorFlow).toBeInstanceOf(TensorFlowError)
    expect(tensorFlow).toMatchObject({
      code: 'INVALID_ARGUMENT',
      detail: 'wrong shape',
      op: 'conv1',
      message: 'TensorFlow refused conv1 (INVALID_ARGUMENT): wrong shape',
    })
    await expect(remote.fail('other')).rejects.toMatchObject({ name: 'RangeError', message: 'too long' })
    await expect(remote.fail('text')).rejects.toThrow('a text')
    close()
  })

  it('fails when its answer cannot be sent', async () => {
    const { remote, close } = connected()
    await expect(remote.unsendable()).rejects.toMatchObject({ name: 'DataCloneError' })
    close()
  })

  it('reaches own functions only', async () => {
    const { remote, close } = connected()
    for (const name of ['inherited', 'constructor', 'toString', '__proto__', 'missing']) {
      await expect((remote as unknown as Record<string, () => Promise<unknown>>)[name]!(), name).rejects.toThrow(
        'not found',
      )
    }
    close()
  })
})

it('delivers events in order and ignores what is not ours', async () => {
  const { remote, notify, steps, raw, close } = connected()
  for (const message of [null, 'hello', { type: 'dependency' }, { t: 'x' }]) raw.postMessage(message)
  notify('progress', 1)
  notify('progress', 2)
  await remote.add(0, 0)
  expect(steps).toEqual([1, 2])
  close()
})

describe('when the other side is gone', () => {
  it('pending and later calls fail with the reason, and events are lost in silence', async () => {
    const { remote, notify, close } = connected()
    const pending = remote.never()
    const reason = new TrainerLostError('It was killed.')
    setTimeout(() => close(reason), 20)
    await expect(pending).rejects.toBe(reason)
    await expect(remote.add(1, 2)).rejects.toBe(reason)
    notify('progress', 3)
  })
})
