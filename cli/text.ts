import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green'

/** Colours only where a person looks at a terminal and has not asked for none. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return stream.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text
}

/** Rows in aligned columns, two spaces apart. Columns named in `right` end together. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = rows.reduce<number[]>((widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, cell.length)), [])
  const pad = (cell: string, i: number) => (right.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n')
}

/** The same, two spaces in, under a heading. */
export function section(heading: string, rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  return `${paint('bold', heading)}\n${indent(table(rows, right))}`
}

export const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ')

/** Text broken into lines of at most so many columns, at its spaces. */
export function wrap(text: string, columns = 80): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}
