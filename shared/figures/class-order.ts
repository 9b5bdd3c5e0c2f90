import type { Confusion } from './confusion.ts'
import { NO_GUESS } from './samples.ts'

/** The classes by how many of their samples are missed, the worst first; those without samples last. */
export function orderByError({ classes, labelled, hits }: Confusion): Int32Array {
  const recall = Float64Array.from({ length: classes }, (_, i) => (labelled[i]! > 0 ? hits[i]! / labelled[i]! : 2))
  return Int32Array.from({ length: classes }, (_, i) => i).sort((a, b) => recall[a]! - recall[b]! || a - b)
}

/**
 * The classes with those side by side that are taken for each other: single-linkage clustering, where two classes are
 * the closer, the larger the shares of their samples that are taken for the other are together. Of two groups that are
 * joined, the ends meet that are nearest to the pair that joins them. Groups that nothing joins stand in the order of
 * their lowest classes. Time grows with the cells of the confusion, and at most with classes².
 */
export function orderByCluster(confusion: Confusion): Int32Array {
  const group = Array.from({ length: confusion.classes }, (_, i) => [i])
  for (const { a, b } of pairsOf(confusion)) {
    const [left, right] = [group[a]!, group[b]!]
    if (left === right) continue
    if (left.indexOf(a) < left.length / 2 - 0.5) left.reverse()
    if (right.indexOf(b) > right.length / 2 - 0.5) right.reverse()
    const joined = [...left, ...right]
    for (const one of joined) group[one] = joined
  }
  const groups = [...new Set(group)].sort((a, b) => lowest(a) - lowest(b))
  for (const one of groups) if (one[0]! > one.at(-1)!) one.reverse()
  return Int32Array.from(groups.flat())
}

const lowest = (classes: readonly number[]) => classes.reduce((a, b) => Math.min(a, b))

/** Pairs of classes that are taken for each other, the closest first. */
function pairsOf({ classes, starts, guesses, counts, labelled }: Confusion) {
  const shares = new Map<number, number>()
  for (let label = 0; label < classes; label++) {
    for (let cell = starts[label]!; cell < starts[label + 1]!; cell++) {
      const guess = guesses[cell]!
      if (guess === NO_GUESS || guess === label) continue
      const key = Math.min(label, guess) * classes + Math.max(label, guess)
      shares.set(key, (shares.get(key) ?? 0) + counts[cell]! / labelled[label]!)
    }
  }
  return [...shares]
    .map(([key, share]) => ({ a: Math.floor(key / classes), b: key % classes, share }))
    .sort((x, y) => y.share - x.share || x.a - y.a || x.b - y.b)
}
