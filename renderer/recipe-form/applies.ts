import type { Draft } from './draft.ts'

type Condition = readonly [group: string, name: string, wanted: string]

/** Keys that count only under one choice of another key. */
const conditions: Readonly<Record<string, Condition>> = {
  'augment.area': ['augment', 'crop', 'random-resized'],
  'augment.aspect': ['augment', 'crop', 'random-resized'],
  'augment.padding': ['augment', 'crop', 'pad-and-crop'],
  'schedule.finalLearningRate': ['schedule', 'name', 'cosine'],
  'schedule.milestones': ['schedule', 'name', 'step'],
  'schedule.factor': ['schedule', 'name', 'step'],
}

/** Why a key does nothing in this recipe, if it does nothing. */
export function whyUnused(path: string, draft: Draft): string | undefined {
  const condition = Object.hasOwn(conditions, path) ? conditions[path] : undefined
  if (!condition) return undefined
  const [group, name, wanted] = condition
  return draft[group]?.[name] === wanted ? undefined : `Only used when ${group}.${name} is ${wanted}.`
}
