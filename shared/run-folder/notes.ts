import { z } from 'zod'
import type { Immutable } from '../immutable.ts'

/** `notes.json`: what a person wrote about a run; the trainer never touches it. Of a change: only what is given. */
export const runNotes = z.strictObject({
  name: z.string().max(100).optional(),
  tags: z.array(z.string().min(1).max(40)).max(20).optional(),
  notes: z.string().max(20_000).optional(),
})

export type RunNotes = Immutable<z.infer<typeof runNotes>>
