/** What a run has curves of. */
export const trackedSplits = ['train', 'val'] as const
export type TrackedSplit = (typeof trackedSplits)[number]

export const splits = [...trackedSplits, 'test'] as const

/** A part of a dataset: to train on, to measure a run on meanwhile, and to measure its result on at the end. */
export type Split = (typeof splits)[number]
