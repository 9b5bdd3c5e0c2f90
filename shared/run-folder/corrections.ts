import { z } from 'zod'
import type { Immutable } from '../immutable.ts'

/** Characters of a path or a class. */
const MOST = 4096
const text = z.string().min(1).max(MOST)

/** Relative to the dataset's folder, and in it. */
const path = text.refine(
  (value) => !/^(?:[/\\]|[A-Za-z]:)/.test(value) && !value.split(/[/\\]/).includes('..'),
  'a path must be relative to the folder of the dataset, and in it',
)

const sample = {
  path,
  /** Of TFRecords: the byte at which the sample's record begins. */
  record: z.int().nonnegative().optional(),
  /** The class that the sample bore when it was decided; of another one the decision says nothing. */
  given: text,
}

/** What a person decided of the label of a sample. */
export const correction = z.discriminatedUnion('decision', [
  z.strictObject({ ...sample, decision: z.enum(['right', 'exclude', 'undecided']) }),
  z.strictObject({ ...sample, decision: z.literal('label'), label: text }),
])

/** Corrections of the labels of a dataset, which itself is never changed; docs/label-errors.md tells the form. */
export const corrections = z.strictObject({
  format: z.literal(1),
  corrections: z.array(correction).max(2e6),
})

export type Correction = Immutable<z.infer<typeof correction>>
export type Corrections = Immutable<z.infer<typeof corrections>>

export const noCorrections: z.infer<typeof corrections> = { format: 1, corrections: [] }

/** What tells samples of a dataset apart. */
export const sampleKey = ({ path, record }: Pick<Correction, 'path' | 'record'>): string => `${path}\0${record ?? ''}`
