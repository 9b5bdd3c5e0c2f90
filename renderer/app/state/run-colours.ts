import { shallowReactive } from 'vue'
import { keep, readKept } from '../../ui/kept.ts'
import { nextColour } from '../../charts/palette.ts'

const KEPT = 'anneal.runColours'

const colours = shallowReactive(new Map<string, string>(stored()))

/** The colour `#rrggbb` that a run has everywhere; a new run gets the next one, and keeps it. */
export function runColour(id: string): string {
  return colours.get(id) ?? giveColour(id)
}

/** Gives runs without a colour one, in this order. */
export function giveColours(ids: readonly string[]): void {
  for (const id of ids) if (!colours.has(id)) giveColour(id)
}

export function setRunColour(id: string, colour: string): void {
  colours.set(id, colour)
  keep(KEPT, [...colours])
}

function giveColour(id: string): string {
  const colour = nextColour(colours.values())
  setRunColour(id, colour)
  return colour
}

function stored(): [string, string][] {
  const entries = readKept(KEPT)
  return Array.isArray(entries) ? entries.filter(isEntry) : []
}

function isEntry(entry: unknown): entry is [string, string] {
  const [id, colour] = Array.isArray(entry) ? (entry as unknown[]) : []
  return typeof id === 'string' && typeof colour === 'string' && /^#[0-9a-f]{6}$/i.test(colour)
}
