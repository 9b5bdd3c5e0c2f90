import type { z } from 'zod'
import { RecipeError } from '../errors.ts'
import { imageChecks } from './check-images.ts'
import { describeType, quote, shorten } from './describe.ts'
import { findKey } from './keys.ts'
import { suggestKey } from './nearest.ts'
import { optimizersWith } from './optimizers.ts'
import { recipeSchema, type Recipe } from './schema.ts'

/**
 * The complete recipe that a document of it or of a part of it stands for. Throws `RecipeError` with one
 * sentence about the first thing that is wrong.
 */
export function parseRecipe(value: unknown): Recipe {
  const parsed = recipeSchema.safeParse(value)
  if (!parsed.success) throw new RecipeError(describeIssue(parsed.error.issues[0]!, value))
  const problem = crossChecks.map((check) => check(parsed.data)).find((text) => text !== undefined)
  if (problem) throw new RecipeError(problem)
  return parsed.data
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0]!].join('.')
    return `The recipe has no key ${shorten(path)}; ${suggestKey(path)}`
  }
  const [group, name] = issue.path
  const given = quote(at(value, issue.path.slice(0, 2)))
  if (group === undefined) return `A recipe is a JSON object with groups of keys, not ${given}.`
  const key = findKey(`${String(group)}.${String(name)}`)
  if (!key) return `${String(group)} must be a group of keys, not ${given}.`
  return `${key.path} must be ${describeType(key.type)}, not ${given}${issue.code === 'custom' ? `: ${issue.message}` : ''}.`
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, name) => (inner as Record<PropertyKey, unknown> | undefined)?.[name], value)
}

/** What must hold between the keys of the loss. */
function lossProblem({
  name,
  balanced,
  classWeights,
  targetThreshold,
  labelSmoothing,
}: Recipe['loss']): string | undefined {
  if (balanced && classWeights.length > 0)
    return 'loss.balanced and loss.classWeights both say how much classes count: leave one of them out.'
  if (name !== 'bce' || targetThreshold === 0 || targetThreshold < 1 - labelSmoothing) return undefined
  return `loss.targetThreshold must be below ${1 - labelSmoothing}, what loss.labelSmoothing leaves to the label, not ${targetThreshold}.`
}

/** What must hold between keys; each says what is wrong, if anything is. */
const crossChecks: readonly ((recipe: Recipe) => string | undefined)[] = [
  ({ data }) => channelCount('data.mean', data.mean, data.channels),
  ({ data }) => channelCount('data.std', data.std, data.channels),
  ({ data }) => largeEnough(data),
  ...imageChecks,
  ({ loss }) => lossProblem(loss),
  ({ run: { earlyStopping, evaluateEvery } }) =>
    earlyStopping > 0 && evaluateEvery === 0
      ? 'run.earlyStopping needs evaluations: set run.evaluateEvery to 1 or more, or run.earlyStopping to 0.'
      : undefined,
  ({ schedule: { milestones } }) =>
    milestones.some((milestone, i) => i > 0 && milestone <= milestones[i - 1]!)
      ? `schedule.milestones must be in ascending order, not ${quote(milestones)}.`
      : undefined,
  ({ model: { frozenStages, init, file } }) =>
    frozenStages > 0 && init === '' && file === ''
      ? 'model.frozenStages would keep random weights: name a checkpoint to start from in model.init, or set it to 0.'
      : undefined,
  ({ precision: { amp, quantize } }) =>
    amp !== 'off' && quantize !== 'off'
      ? `precision.quantize trains in float32, and precision.amp is ${amp}: set one of them to off.`
      : undefined,
  ({ optimizer: { name, nesterov } }) =>
    nesterov && !optimizersWith('nesterov').includes(name)
      ? `optimizer.nesterov is only for ${optimizersWith('nesterov').join(' and ')}, and optimizer.name is ${name}: set it to false.`
      : undefined,
]

function largeEnough({ evaluationResize, evaluationSize, imageSize }: Recipe['data']): string | undefined {
  const [name, size] = evaluationSize > 0 ? ['evaluationSize', evaluationSize] : ['imageSize', imageSize]
  if (evaluationResize >= size) return undefined
  return `data.evaluationResize must be at least data.${name} (${size}), since the crop is taken from it, not ${evaluationResize}.`
}

function channelCount(path: string, values: readonly number[], channels: number): string | undefined {
  if (values.length === 1 || values.length === channels) return undefined
  const wanted = channels === 1 ? '1 number' : `1 number or ${channels}`
  return `${path} must have ${wanted}, as data.channels is ${channels}, not ${quote(values)}.`
}
