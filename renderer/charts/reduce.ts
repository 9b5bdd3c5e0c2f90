/**
 * The points that stand for a curve where it has more than can be drawn: of each of `limit / 2` stretches of equal
 * count the lowest and the highest, so that no spike is lost, and the first and the last point of all. Stretches
 * go by count, not by x: no density of points is favoured.
 * @param values y; points that are not finite stand for a gap and are kept once a stretch
 * @param from first point, `to` one past the last
 * @returns ascending indices into `values`, at most `limit` (at least 4) of them
 */
export function reduce(values: Float64Array, limit: number, from = 0, to = values.length): Uint32Array {
  const count = Math.max(0, to - from)
  if (count <= limit) return Uint32Array.from({ length: count }, (_, i) => from + i)
  const stretches = Math.max(1, Math.floor(limit / 2) - 1)
  const kept = new Uint32Array(2 * stretches + 2)
  let n = 0
  kept[n++] = from
  for (let s = 0; s < stretches; s++) {
    const start = from + 1 + Math.floor((s * (count - 2)) / stretches)
    const end = from + 1 + Math.floor(((s + 1) * (count - 2)) / stretches)
    const [first, second] = extremes(values, start, end)
    kept[n++] = first
    if (second !== first) kept[n++] = second
  }
  kept[n++] = to - 1
  return kept.subarray(0, n)
}

/** The places of the lowest and the highest value, in the order of the points. A gap counts as an extreme of its own. */
function extremes(values: Float64Array, start: number, end: number): [number, number] {
  let lowest = start
  let highest = start
  for (let i = start; i < end; i++) {
    const value = values[i]!
    if (Number.isNaN(value)) return [i, i]
    if (value < values[lowest]!) lowest = i
    if (value > values[highest]!) highest = i
  }
  return lowest < highest ? [lowest, highest] : [highest, lowest]
}
