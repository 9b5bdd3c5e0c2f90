import type { RecipeKey } from '../../../shared/recipe/keys.ts'
import { keysOf } from '../../app/state/draft.ts'

/** Keys of a group that belong together, in the order of the schema. */
export interface Section {
  /** Empty for a group that is all one. */
  readonly title: string
  readonly keys: readonly RecipeKey[]
}

/** Where the sections of a group begin. A key that is added to the schema falls into the one before it. */
const starts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  model: { architecture: 'Network', initialization: 'Layers', init: 'Fine-tuning' },
  data: { dataset: 'Images', imageSize: 'Size', channels: 'Pixels', batchSize: 'Batches' },
  augment: { crop: 'Crop', flip: 'Flips', brightness: 'Colour', policy: 'Policy', erasing: 'Erasing', mixup: 'Mixing' },
  optimizer: { name: 'Update', weightDecay: 'Weights and gradients' },
  schedule: { epochs: 'Length', name: 'Rate', warmupEpochs: 'Warm-up', milestones: 'Shape' },
  precision: { amp: 'Half precision', tf32: 'Kernels', quantize: 'Quantisation', oneDnn: 'Processor and memory' },
  run: { name: 'Run', evaluateEvery: 'Evaluation and checkpoints', onDivergence: 'When it goes wrong' },
}

export function sectionsOf(group: string): Section[] {
  const sections: { title: string; keys: RecipeKey[] }[] = []
  for (const key of keysOf(group)) {
    const title = starts[group]?.[key.name]
    if (title !== undefined || sections.length === 0) sections.push({ title: title ?? '', keys: [] })
    sections.at(-1)!.keys.push(key)
  }
  return sections
}

/** The keys that sections begin with, for a check against the schema. */
export const sectionStarts = Object.entries(starts).flatMap(([group, names]) =>
  Object.keys(names).map((name) => `${group}.${name}`),
)
