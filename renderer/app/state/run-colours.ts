import { shallowReactive } from 'vue'
import { nextColour } from '../../charts/palette.ts'

const storageKey = 'anneal.runColours'

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
  store()
}

function giveColour(id: string): string {
  const colour = nextColour(colours.values())
  setRunColour(id, colour)
  return colour
}

/** Without a place to keep them, colours last as long as the page. */
function store(): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify([...colours]))
  } catch {
    return
  }
}

function stored(): [string, string][] {
  try {
    const entries: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    return Array.isArray(entries) ? entries.filter(isEntry) : []
  } catch {
    return []
  }
}

const isEntry = (entry: unknown): entry is [string, string] =>
  Array.isArray(entry) &&
  typeof entry[0] === 'string' &&
  typeof entry[1] === 'string' &&
  /^#[0-9a-f]{6}$/i.test(entry[1])
