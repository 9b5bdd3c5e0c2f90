import { z } from 'zod'
import { fromErrorRecord } from '../errors.ts'

const id = z.string().max(64)

const request = z.object({
  t: z.literal('q'),
  /** The function that is called, and with what. */
  m: z.string().max(100),
  // The length comes first: an array of billions of holes is short on its way.
  a: z.custom<unknown[]>((value) => Array.isArray(value) && value.length <= 16),
  /** Names the answer; an event has none and wants none. */
  i: id.optional(),
})

const errorRecord = z.object({
  name: z.string(),
  message: z.string(),
  cause: z.string().optional(),
  tensorFlow: z.object({ code: z.string(), detail: z.string(), op: z.string() }).optional(),
})

const answer = z.object({ t: z.literal('s'), i: id, r: z.unknown().optional(), e: errorRecord.optional() })

const message = z.discriminatedUnion('t', [request, answer])

/**
 * What arrived, checked, with an error of its own class in place of its record. Nothing where it is no message of
 * ours: a line may carry other things, such as a loader that reports the files it read, and a stranger's.
 */
export function readMessage(arrived: unknown): object | undefined {
  const { data } = message.safeParse(arrived)
  if (data?.t !== 's' || data.e === undefined) return data
  return { ...data, e: fromErrorRecord(data.e) }
}
