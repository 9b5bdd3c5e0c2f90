import type { Recipe } from '../../shared/recipe/schema.ts'
import { firstAtLeast, type Columns } from '../charts/axis.ts'

/** Equal for recipes that differ in nothing but the seed and the name. */
export function seedGroupKey(recipe: Recipe): string {
  return JSON.stringify({ ...recipe, run: { ...recipe.run, seed: 0, name: '' } })
}

/** Groups what has a recipe by its seed group, in order of first appearance; what has none stands alone. */
export function seedGroups<T extends { readonly id: string; readonly recipe?: Recipe }>(runs: readonly T[]): T[][] {
  const groups = new Map<string, T[]>()
  for (const run of runs) {
    const key = run.recipe ? seedGroupKey(run.recipe) : `alone:${run.id}`
    const group = groups.get(key)
    if (group) group.push(run)
    else groups.set(key, [run])
  }
  return [...groups.values()]
}

/** `range`: lowest to highest; `deviation`: one sample standard deviation about the mean. */
export type BandKind = 'range' | 'deviation'

/** What several runs come to at the steps that all of them have. */
export interface Band extends Columns {
  readonly low: Float64Array
  readonly high: Float64Array
}

/**
 * The mean of several runs at their common steps, with a band about it; wall times and epochs are those of the
 * first. Undefined where the runs share no step. Steps ascend.
 */
export function meanBand(runs: readonly Columns[], kind: BandKind): Band | undefined {
  const [first] = runs
  if (!first) return undefined
  const places = first.steps.reduce<number[][]>((list, step) => {
    const row = runs.map(({ steps }) => placeOf(steps, step))
    if (row.every((place) => place >= 0)) list.push(row)
    return list
  }, [])
  if (places.length === 0) return undefined
  const firsts = places.map((row) => row[0]!)
  const spreads = places.map((row) =>
    spread(
      row.map((place, i) => runs[i]!.values[place]!),
      kind,
    ),
  )
  return {
    steps: Float64Array.from(firsts, (i) => first.steps[i]!),
    epochs: Float64Array.from(firsts, (i) => first.epochs[i]!),
    walls: Float64Array.from(firsts, (i) => first.walls[i]!),
    values: Float64Array.from(spreads, ({ mean }) => mean),
    low: Float64Array.from(spreads, ({ low }) => low),
    high: Float64Array.from(spreads, ({ high }) => high),
  }
}

function placeOf(steps: Float64Array, step: number): number {
  const place = firstAtLeast(steps, step)
  return steps[place] === step ? place : -1
}

/** Mean and limits of a few numbers. A single one has no spread. */
export function spread(values: readonly number[], kind: BandKind): { mean: number; low: number; high: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (kind === 'range') return { mean, low: Math.min(...values), high: Math.max(...values) }
  const variance =
    values.length < 2 ? 0 : values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  const deviation = Math.sqrt(variance)
  return { mean, low: mean - deviation, high: mean + deviation }
}
