/** A text as a cell of CSV (RFC 4180). Quoted where it must be; a text that a spreadsheet would take for a formula is marked as text. */
export function csvCell(text: string): string {
  const safe = /^[=@\t\r]|^[+-](?![\d.])/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
