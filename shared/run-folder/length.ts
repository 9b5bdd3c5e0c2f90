import { z } from 'zod'
import type { Immutable } from '../immutable.ts'

/** How long a run is to be, in the unit that its recipe gives it in. */
export const runLength = z.strictObject({ unit: z.enum(['epoch', 'step']), count: z.int().positive() })

export type RunLength = Immutable<z.infer<typeof runLength>>
