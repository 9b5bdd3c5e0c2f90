export const splits = ['train', 'val'] as const

/** A part of a dataset. */
export type Split = (typeof splits)[number]
