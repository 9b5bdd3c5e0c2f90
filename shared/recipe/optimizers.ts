import { nvidia } from './schema/key.ts'

interface OptimizerEntry {
  /** What it is, to follow its name and a colon. */
  readonly about: string
  readonly source: string
  /** The keys of the group `optimizer` that not every optimizer goes by. */
  readonly keys: readonly string[]
}

const adam = ['beta1', 'beta2', 'epsilon'] as const

/** Every optimizer that a recipe may name; `engine/training/optimizers` has a file for each. */
const optimizers = {
  sgd: { about: 'stochastic gradient descent with momentum', source: nvidia, keys: ['momentum', 'nesterov'] },
  lars: { about: 'sgd with a rate for each layer', source: 'arXiv 1708.03888', keys: ['momentum', 'trustCoefficient'] },
  adamw: { about: 'Adam with decoupled weight decay', source: 'arXiv 1711.05101', keys: adam },
  lamb: { about: 'adamw with a rate for each layer', source: 'arXiv 1904.00962', keys: adam },
} as const satisfies Readonly<Record<string, OptimizerEntry>>

export type OptimizerName = keyof typeof optimizers
type OwnKey = (typeof optimizers)[OptimizerName]['keys'][number]

const entries = Object.entries(optimizers) as [OptimizerName, OptimizerEntry][]

export const optimizerNames: readonly OptimizerName[] = entries.map(([name]) => name)
/** The keys that some optimizers go by and others do not, without their group. */
export const ownOptimizerKeys = [...new Set(entries.flatMap(([, { keys }]) => keys))] as readonly OwnKey[]

/** The optimizers that go by a key. */
export const optimizersWith = (key: OwnKey): readonly OptimizerName[] =>
  entries.flatMap(([name, { keys }]) => (keys.includes(key) ? [name] : []))

/** What each optimizer is, and where it comes from, in one line each. */
export const aboutOptimizers = entries.map(([name, { about }]) => `${name}: ${about}`).join('; ')
export const optimizerSources = entries.map(([name, { source }]) => `${name}: ${source}`).join('; ')
