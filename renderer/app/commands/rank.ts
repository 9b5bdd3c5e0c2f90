import type { Command } from './commands.ts'

/** The commands that a query finds, best first: titles that begin with it, words that do, letters in order. */
export function rankByTitle<T extends Pick<Command, 'title' | 'group'>>(commands: readonly T[], query: string): T[] {
  const wanted = query.trim().toLowerCase()
  if (!wanted) return [...commands]
  return commands
    .map((command) => ({ command, rank: rank(`${command.title} ${command.group}`.toLowerCase(), wanted) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank)
    .map(({ command }) => command)
}

function rank(text: string, wanted: string): number {
  if (text.startsWith(wanted)) return 0
  if (text.includes(` ${wanted}`)) return 1
  if (text.includes(wanted)) return 2
  return hasLettersInOrder(text, wanted) ? 3 : Infinity
}

function hasLettersInOrder(text: string, wanted: string): boolean {
  let from = 0
  for (const letter of wanted) {
    const at = text.indexOf(letter, from)
    if (at < 0) return false
    from = at + 1
  }
  return true
}
