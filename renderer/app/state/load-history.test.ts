import { expect, it } from 'vitest'
import type { MachineLoad } from '../../../shared/contract/workbench.ts'
import { loadParts, loadPath, loadSeconds, withLoad } from './load-history.ts'

const load = (wall: number, cpu = 0.5, gpus: MachineLoad['gpus'] = []): MachineLoad => ({
  wall,
  cpu,
  memoryUsed: 1,
  memoryTotal: 4,
  gpus,
})
const gpu = (utilisation: number, memoryUsed: number) => ({ name: 'H200', utilisation, memoryUsed, memoryTotal: 100 })

it('the last minutes are kept', () => {
  let history: MachineLoad[] = []
  for (let wall = 0; wall <= 400; wall += 2) history = withLoad(history, load(wall))
  expect(history[0]!.wall).toBe(102)
  expect(history.at(-1)!.wall).toBe(400)
  expect(history).toHaveLength(loadSeconds / 2)
  // A clock that was set back: what lies in the future goes.
  expect(
    withLoad(history, load(200))
      .map(({ wall }) => wall)
      .at(-2),
  ).toBe(198)
})

it('a curve ends at the right, is as high as it is busy, and shows where nothing was measured', () => {
  const history = [load(100, 0), load(102, 0.25), load(150, 1), load(152, 1.2)]
  expect(loadPath(history, ({ cpu }) => cpu)).toBe('M248 1L250 0.75M298 0L300 0')
  expect(loadPath([], ({ cpu }) => cpu)).toBe('')
})

it('every GPU has its own curves, which begin when it was first measured', () => {
  expect(loadParts(undefined).map(({ name, now }) => [name, now])).toEqual([
    ['CPU', undefined],
    ['Memory', undefined],
  ])
  const history = [load(0), load(2, 0.5, [gpu(0.3, 20), gpu(0.9, 50)])]
  const parts = loadParts(history[1])
  expect(parts.map(({ name }) => name)).toEqual(['CPU', 'Memory', 'GPU 0', 'GPU 0 memory', 'GPU 1', 'GPU 1 memory'])
  expect(loadPath(history, parts[5]!.share)).toBe('M300 0.5')
  expect(parts[4]!.now).toEqual({ share: 0.9 })
  expect(loadParts(load(0, 0, [gpu(1, 1)]))[2]!.name).toBe('GPU')
})
