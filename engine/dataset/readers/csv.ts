/** The fields of CSV after RFC 4180: commas between, quotes around what holds commas, quotes or line ends. Empty lines are left out. */
export function* parseCsv(text: string): Generator<string[]> {
  let row: string[] = []
  for (const { value, endsRow } of fieldsOf(text)) {
    row.push(value)
    if (!endsRow) continue
    if (row.length > 1 || value !== '') yield row
    row = []
  }
}

interface Field {
  readonly value: string
  readonly endsRow: boolean
}

function* fieldsOf(text: string): Generator<Field> {
  // What is not in quotes, and what ends a field. Sticky: what does not match is a stray quote.
  const pattern = /([^",\r\n]*)(,|\r?\n|$)/y
  let end: string | undefined
  do {
    const begin = pattern.lastIndex
    const close = text[begin] === '"' ? closingQuote(text, begin) : undefined
    if (close !== undefined) pattern.lastIndex = close + 1
    const match = pattern.exec(text)
    if (!match || (close !== undefined && match[1] !== '')) {
      const line = text.slice(0, begin).split('\n').length
      throw new Error(`a quote stands where none may, or is not closed, near line ${line}`)
    }
    end = match[2]
    yield {
      value: close === undefined ? match[1]! : text.slice(begin + 1, close).replaceAll('""', '"'),
      endsRow: end !== ',',
    }
  } while (end === ',' || pattern.lastIndex < text.length)
}

/** Where the quote that stands at a place is closed, if it is: two in a row are one within. */
function closingQuote(text: string, begin: number): number | undefined {
  let at = text.indexOf('"', begin + 1)
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2)
  return at < 0 ? undefined : at
}
