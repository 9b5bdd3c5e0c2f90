/** The fields of CSV after RFC 4180: commas between, quotes around what holds commas, quotes or line ends. Empty lines are left out. */
export function* parseCsv(text: string): Generator<string[]> {
  // A field, and what ends it. Sticky: what does not match is a stray quote.
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  let row: string[] = []
  for (let line = 1; pattern.lastIndex < text.length;) {
    const match = pattern.exec(text)
    if (!match) throw new Error(`a quote stands where none may, near line ${line}`)
    const [whole, quoted, plain = '', end] = match
    row.push(quoted?.replaceAll('""', '"') ?? plain)
    line += whole.split('\n').length - 1
    if (end === ',' && pattern.lastIndex < text.length) continue
    if (end === ',') row.push('')
    if (row.length > 1 || row[0] !== '') yield row
    row = []
  }
}
