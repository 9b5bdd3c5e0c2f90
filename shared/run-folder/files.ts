/** What the files and folders of a run are called; docs/run-folder.md tells what is in each. */
export const runFiles = {
  record: 'run.json',
  recipe: 'recipe.json',
  model: 'model.json',
  corrections: 'corrections.json',
  metrics: 'metrics.jsonl',
  classes: 'classes.jsonl',
  events: 'events.jsonl',
  notes: 'notes.json',
  log: 'trainer.log',
  lock: 'lock.json',
  heartbeat: 'heartbeat',
  checkpoints: 'checkpoints',
  evaluations: 'evaluation',
  validation: 'validation',
  abandoned: 'abandoned',
  tensorBoard: 'tensorboard',
} as const

/** What lies in the folder of a checkpoint: the manifest, TensorFlow's note of the newest one, and its own files. */
export const checkpointFiles = { manifest: 'manifest.json', state: 'checkpoint', prefix: 'model' } as const

/** What lies in the folder of an evaluation. */
export const evaluationFiles = {
  report: 'report.json',
  predictions: 'predictions.arrow',
  logits: 'logits.arrow',
  features: 'features.arrow',
  imageFacts: 'image-facts.arrow',
  map: 'map.arrow',
} as const

/** The folder of the checkpoint after so many steps. */
export const checkpointName = (step: number): string => `step-${step}`

/** The steps that a folder's name tells; nothing for one that is no checkpoint's, such as one half written or deleted. */
export function stepOfCheckpoint(name: string): number | undefined {
  const step = /^step-(\d+)$/.exec(name)?.[1]
  return step === undefined ? undefined : Number(step)
}
