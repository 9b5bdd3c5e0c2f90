import { expect, it } from 'vitest'
import { mutate, oddities, pick, repeatableRandom } from '../../tests/fixtures/oddities.ts'
import { AnnealError } from '../errors.ts'
import { parseRecipe } from '../recipe/validate.ts'
import { checkedCalls, type CallsOf, type Contract } from './calls.ts'
import { imageCalls } from './images.ts'
import { pictureCalls } from './pictures.ts'
import { workbenchCalls } from './workbench.ts'

const holdOut = { validationShare: 0.1, splitSeed: 1 }
const honest: readonly (() => unknown[])[] = [
  () => [parseRecipe({})],
  () => [{ model: { architecture: 'resnet8' }, schedule: { milestones: [1, 2] } }, 10],
  () => ['2026-01-02_03-04-05_run', 'best', 'val'],
  () => ['birds', { a: 'Amsel', b: 'Buchfink' }],
  () => [{ dataset: 'birds', split: 'val', samples: [1, 2], size: 64, holdOut }],
  () => [{ dataset: 'birds', holdOut }],
  () => [{ at: 0, bytes: new Uint8Array(8) }],
  () => [{ run: '2026-01-02_03-04-05_run', checkpoint: 'best' }],
  () => [{ recipe: parseRecipe({}), split: 'train', epoch: 3, samples: [0], originals: true }],
]

it.each<[string, Contract]>([
  ['host', workbenchCalls],
  ['trainer', { ...imageCalls, ...pictureCalls }],
])(
  'a call of the %s takes strange arguments, or refuses them by an error of ours',
  { timeout: 120_000 },
  async (_, contract) => {
    const handlers = Object.fromEntries(Object.keys(contract).map((name) => [name, () => Promise.resolve()]))
    const calls = checkedCalls(contract, handlers as unknown as CallsOf<Contract>)
    const next = repeatableRandom(2)
    let refused = 0
    for (let n = 0; n < 20_000; n++) {
      const args = next() < 0.1 ? [pick(oddities, next), pick(oddities, next)] : pick(honest, next)!()
      mutate(args, next)
      await pick(Object.values(calls), next)!(...args).catch((error: unknown) => {
        refused += 1
        if (!(error instanceof AnnealError)) throw error
      })
    }
    expect(refused).toBeGreaterThan(10_000)
  },
)
