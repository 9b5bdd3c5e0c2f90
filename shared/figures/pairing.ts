/** What tells samples apart, by row. */
export interface SampleKeys {
  readonly rows: number
  at(row: number): string
}

/** The rows of samples in two evaluations, int32 [pairs] each. */
export interface RowPairs {
  readonly first: Int32Array
  readonly second: Int32Array
}

/**
 * The samples that are in two evaluations, in the order of the first. Where a key comes more than once, the n-th of it
 * in one is the n-th in the other. Its time grows with the number of samples, and is short for those in the same order.
 */
export function pairSamples(first: SampleKeys, second: SampleKeys): RowPairs {
  const pairs = { first: new Int32Array(first.rows), second: new Int32Array(first.rows) }
  let count = 0
  const add = (row: number, other: number) => {
    pairs.first[count] = row
    pairs.second[count++] = other
  }
  while (count < Math.min(first.rows, second.rows) && first.at(count) === second.at(count)) add(count, count)
  const alike = count
  const heads = new Map<string, number>()
  /** The next row of the second with the same key. */
  const next = new Int32Array(second.rows).fill(-1)
  for (let row = second.rows - 1; row >= alike; row--) {
    const key = second.at(row)
    next[row] = heads.get(key) ?? -1
    heads.set(key, row)
  }
  for (let row = alike; row < first.rows; row++) {
    const key = first.at(row)
    const other = heads.get(key) ?? -1
    if (other < 0) continue
    heads.set(key, next[other]!)
    add(row, other)
  }
  return { first: pairs.first.slice(0, count), second: pairs.second.slice(0, count) }
}

/** Those of the pairs that are meant, by their places in the list. */
export function pairsAt({ first, second }: RowPairs, isMeant: (place: number) => boolean): RowPairs {
  const kept = first.map((_, i) => Number(isMeant(i)))
  return { first: first.filter((_, i) => kept[i]), second: second.filter((_, i) => kept[i]) }
}
