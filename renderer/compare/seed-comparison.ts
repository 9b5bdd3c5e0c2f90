import type { ShownRun } from '../../shared/contract/workbench.ts'
import { pairedTest, type PairedTest } from './paired-test.ts'
import { differingKeys, recipeValue, valueText } from '../app/state/recipe-differences.ts'
import { spread } from './seed-groups.ts'
import { runName } from '../app/state/run-facts.ts'

/** Runs that differ in the seed alone, and what a measure came to. */
export interface SeedGroup {
  /** The id of its first run. */
  readonly id: string
  readonly label: string
  /** Where its recipe differs from the other groups', as text. */
  readonly keys: string
  /** The measure by seed. */
  readonly bySeed: ReadonlyMap<number, number>
  readonly mean: number
  /** The sample standard deviation. */
  readonly deviation: number
}

/** The groups of two or more runs that have the measure. Of several runs of one seed the mean counts. */
export function describeGroups(
  groups: readonly (readonly ShownRun[])[],
  measure: (run: ShownRun) => number | undefined,
): SeedGroup[] {
  const keys = differingKeys(groups.map(([first]) => first?.recipe)).filter(
    (key) => key !== 'run.name' && key !== 'run.seed',
  )
  return groups.flatMap((runs) => {
    const bySeed = figuresBySeed(runs, measure)
    const [first] = runs
    if (!first || bySeed.size < 2) return []
    const { mean, high } = spread([...bySeed.values()], 'deviation')
    return [
      {
        id: first.id,
        label: runName(first),
        keys: keys.map((key) => `${key} ${valueText(recipeValue(first.recipe, key))}`).join(', '),
        bySeed,
        mean,
        deviation: high - mean,
      },
    ]
  })
}

function figuresBySeed(runs: readonly ShownRun[], measure: (run: ShownRun) => number | undefined): Map<number, number> {
  const figures = new Map<number, number[]>()
  for (const run of runs) {
    const figure = measure(run)
    if (figure === undefined || !run.recipe) continue
    const { seed } = run.recipe.run
    figures.set(seed, [...(figures.get(seed) ?? []), figure])
  }
  return new Map([...figures].map(([seed, values]) => [seed, spread(values, 'range').mean]))
}

/** A group beside another over the seeds that both have; or why they cannot be tested. */
export function compareGroups(base: SeedGroup, other: SeedGroup): PairedTest | string {
  const pairs = [...base.bySeed].flatMap(([seed, value]) => {
    const against = other.bySeed.get(seed)
    return against === undefined ? [] : [[value, against] as const]
  })
  if (pairs.length < 2) return 'fewer than two seeds in common'
  return pairedTest(pairs) ?? 'the same difference with every seed'
}
