import type { RecipeKey } from '../../../shared/recipe/keys.ts'

/** What a slider runs over: one number, or the two ends of a range. */
export interface SliderRange {
  readonly min: number
  readonly max: number
  readonly step: number
  readonly value: number | readonly [number, number]
}

/** Where the recipe sets no end: as far as one usefully goes. */
const usual: Readonly<Record<string, readonly [min: number, max: number, step: number]>> = {
  'augment.area': [0.01, 1, 0.01],
  'augment.aspect': [0.25, 4, 0.01],
  'augment.padding': [0, 32, 1],
}

/** None for a key that is no number or pair of numbers, or whose value is beyond the slider's ends. */
export function sliderRange({ path, type }: Pick<RecipeKey, 'path' | 'type'>, value: unknown): SliderRange | undefined {
  const ends =
    usual[path] ??
    (type.kind === 'number' && type.min !== undefined && type.max !== undefined
      ? ([type.min, type.max, type.integer ? 1 : 0.01] as const)
      : undefined)
  if (!ends) return undefined
  const [min, max, step] = ends
  const within = (number: unknown): number is number => typeof number === 'number' && number >= min && number <= max
  if (within(value)) return { min, max, step, value }
  if (!Array.isArray(value) || value.length !== 2 || !value.every(within)) return undefined
  return { min, max, step, value: [value[0]!, value[1]!] }
}
