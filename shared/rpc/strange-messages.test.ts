import { describe, expect, it, onTestFinished } from 'vitest'
import { mutate, oddities, pick, repeatableRandom } from '../../tests/fixtures/oddities.ts'
import { connect } from './connect.ts'
import type { Port } from './port.ts'

const COUNT = 1_000_000

const call = { t: 'q', m: 'double', a: [2], i: 'a' }
const refusal = { name: 'TensorFlowError', message: 'x', cause: 'y', tensorFlow: { code: 'A', detail: 'b', op: 'c' } }
const messages: readonly object[] = [
  call,
  { ...call, m: 'fail', a: [] },
  { t: 'q', m: 'double', a: [2] },
  { ...call, o: true },
  { t: 's', i: 'd', r: 1 },
  { t: 's', i: 'e', e: { name: 'UsageError', message: 'x' } },
  { t: 's', i: 'f', e: refusal },
  [call],
]

/** A message of which something was replaced or taken away, or none at all. */
function strange(next: () => number): unknown {
  if (next() < 0.1) return pick(oddities, next)
  const message = structuredClone(pick(messages, next)!)
  mutate(message, next)
  return message
}

/** An end whose arriving messages a test makes up, and whose leaving ones it sees. */
function looseEnd() {
  let listener: (message: unknown) => unknown = () => undefined
  const left: unknown[] = []
  const port: Port = {
    post: (message) => void left.push(message),
    onMessage: (given) => void (listener = given),
    onClose: () => undefined,
  }
  return { port, left, arrive: (message: unknown) => listener(message) }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a million strange messages', () => {
  it('throw nothing, are answered at most once each, and disturb no honest call', { timeout: 300_000 }, async () => {
    const failures: unknown[] = []
    const onFailure = (error: unknown) => void failures.push(error)
    process.on('unhandledRejection', onFailure)
    onTestFinished(() => void process.off('unhandledRejection', onFailure))
    const { port, left, arrive } = looseEnd()
    const { remote } = connect<{ ask(): number }, Record<string, (...args: never[]) => unknown>>(port, {
      double: (value: number) => (Number.isFinite(value) ? 2 * value : 0),
      fail: () => {
        throw new Error('as it should')
      },
    })
    const asked = remote.ask()
    await settled()
    const [question] = left.splice(0) as [{ i: string }]

    const next = repeatableRandom(1)
    let answers = 0
    for (let n = 0; n < COUNT; n += 1000) {
      for (let k = 0; k < 1000; k++) arrive(strange(next))
      await settled()
      const sent = left.splice(0).length
      expect(sent).toBeLessThanOrEqual(1000)
      answers += sent
    }
    expect(failures).toEqual([])
    expect(answers).toBeGreaterThan(COUNT / 100)

    arrive({ ...call, a: [21], i: 'honest' })
    await settled()
    expect(left).toEqual([{ t: 's', i: 'honest', r: 42 }])
    arrive({ t: 's', i: question.i, r: 7 })
    expect(await asked).toBe(7)
  })
})
