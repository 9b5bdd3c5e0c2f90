/** Says of a file of records how many lines of it are damaged, and not shown. */
export const linesLeftOut = (name: string, lines: number): string =>
  `${lines} ${lines === 1 ? 'line' : 'lines'} of ${name} ${lines === 1 ? 'is' : 'are'} damaged or out of order and left out; restore the file to see ${lines === 1 ? 'it' : 'them'}.`
