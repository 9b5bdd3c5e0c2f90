import { shallowReactive } from 'vue'
import { keep, readKept } from '../ui/kept.ts'
import type { Stretch } from './window.ts'

const KEPT = 'anneal.fixedRanges'

const ranges = shallowReactive(new Map<string, Stretch>(readRanges()))

/** The stretch of the vertical axis that a person has fixed for a metric, in every chart of it and for the next visit. */
export const fixedRange = (metric: string): Stretch | undefined => ranges.get(metric)

/** Fixes it, or lets it fit the data again. */
export function fixRange(metric: string, range: Stretch | undefined): void {
  if (range) ranges.set(metric, range)
  else ranges.delete(metric)
  keep(KEPT, [...ranges])
}

/** The range with one of its limits changed; undefined where the text is no number, or the limits would not be in order. */
export function withLimit(range: Stretch, limit: keyof Stretch, text: string, scale: number): Stretch | undefined {
  const value = text.trim() === '' ? NaN : Number(text) / scale
  const next = { ...range, [limit]: value }
  return next.from < next.to && Number.isFinite(value) ? next : undefined
}

function readRanges(): [string, Stretch][] {
  const kept = readKept(KEPT)
  return Array.isArray(kept) ? kept.filter(isEntry) : []
}

function isEntry(entry: unknown): entry is [string, Stretch] {
  const [metric, range] = Array.isArray(entry) ? (entry as unknown[]) : []
  const { from, to } = (range ?? {}) as Partial<Stretch>
  return typeof metric === 'string' && typeof from === 'number' && typeof to === 'number' && from < to
}
