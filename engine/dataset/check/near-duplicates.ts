/** Images that look alike differ in at most so many of the 64 bits of either hash. */
export const MAX_DISTANCE = 3
/** Two hashes that differ in at most 3 bits agree in at least one of 4 parts. */
const PARTS = MAX_DISTANCE + 1
/** Of two images that look alike, mean and standard deviation of every channel are at most so far apart, in 1/256. */
const TOLERANCE = 3 * 256

/** Looks at so many pairs at most, some seconds of work: of a dataset where all images look alike the rest is left out. */
const MOST_PAIRS = 2e9

export interface Looks {
  /** 64-bit difference hashes, along rows and along columns. */
  readonly looks: BigUint64Array
  readonly looksDown: BigUint64Array
  /** Three an image. */
  readonly means: Uint16Array
  readonly stds: Uint16Array
}

/**
 * Groups images whose hashes differ in at most {@link MAX_DISTANCE} bits each and whose colours agree. Every part of a
 * first hash (its bits k, k + 4, k + 8, ...) is looked up by itself, so that only images that share one are compared.
 * @param rows of the images, in `images`
 * @returns groups of two and more places in `rows`; an image that looks like two others joins their groups
 */
export function findNearDuplicates(images: Looks, rows: Int32Array): number[][] {
  const halves = halvesOf(images.looks)
  const groups = new Groups(rows.length)
  let pairs = MOST_PAIRS
  for (let part = 0; part < PARTS && pairs > 0; part++) {
    const keys = Uint16Array.from(rows, (row) => partOf(halves, row, part))
    for (const bucket of bucketsOf(keys)) pairs = joinAlike(images, halves, rows, bucket, groups, pairs)
  }
  return groups.all()
}

/** Every fourth bit: each part covers the whole picture, so that plain borders do not fill one bucket. */
function partOf(halves: Uint32Array, row: number, part: number): number {
  let key = 0
  for (let half = 0; half < 2; half++)
    for (let bit = 0; bit < 8; bit++) key |= ((halves[2 * row + half]! >>> (4 * bit + part)) & 1) << (8 * half + bit)
  return key
}

/** The places of equal keys, where there are several. */
function bucketsOf(keys: Uint16Array): Int32Array[] {
  const order = Int32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]!)
  const buckets: Int32Array[] = []
  for (let first = 0, last = 1; last <= order.length; last++) {
    if (last < order.length && keys[order[last]!] === keys[order[first]!]) continue
    if (last - first > 1) buckets.push(order.subarray(first, last))
    first = last
  }
  return buckets
}

function joinAlike(
  images: Looks,
  halves: Uint32Array,
  rows: Int32Array,
  bucket: Int32Array,
  groups: Groups,
  pairs: number,
): number {
  for (let i = 1; i < bucket.length; i++) {
    pairs -= i
    if (pairs < 0) return pairs
    const row = rows[bucket[i]!]!
    const [low, high] = [halves[2 * row]!, halves[2 * row + 1]!]
    for (let j = 0; j < i; j++) {
      const other = rows[bucket[j]!]!
      if (
        bitCount(low ^ halves[2 * other]!) + bitCount(high ^ halves[2 * other + 1]!) <= MAX_DISTANCE &&
        agree(images, row, other)
      )
        groups.join(bucket[i]!, bucket[j]!)
    }
  }
  return pairs
}

const halvesOf = (hashes: BigUint64Array) => new Uint32Array(hashes.buffer, hashes.byteOffset, 2 * hashes.length)

function agree({ looksDown, means, stds }: Looks, a: number, b: number): boolean {
  const halves = halvesOf(looksDown)
  if (bitCount(halves[2 * a]! ^ halves[2 * b]!) + bitCount(halves[2 * a + 1]! ^ halves[2 * b + 1]!) > MAX_DISTANCE)
    return false
  for (let channel = 0; channel < 3; channel++) {
    if (Math.abs(means[3 * a + channel]! - means[3 * b + channel]!) > TOLERANCE) return false
    if (Math.abs(stds[3 * a + channel]! - stds[3 * b + channel]!) > TOLERANCE) return false
  }
  return true
}

/** Ones among 32 bits: counted in pairs, in fours, in bytes, then summed up. */
export function bitCount(word: number): number {
  word -= (word >>> 1) & 0x55555555
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Disjoint sets (Galler & Fischer 1964). */
class Groups {
  readonly #parents: Int32Array

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, i) => i)
  }

  join(a: number, b: number): void {
    const [first, second] = [this.#find(a), this.#find(b)]
    this.#parents[Math.max(first, second)] = Math.min(first, second)
  }

  all(): number[][] {
    const groups = new Map<number, number[]>()
    this.#parents.forEach((parent, place) => {
      if (parent === place) return
      const root = this.#find(place)
      const group = groups.get(root)
      if (group) group.push(place)
      else groups.set(root, [root, place])
    })
    return [...groups.values()].sort((a, b) => a[0]! - b[0]!)
  }

  #find(place: number): number {
    const parents = this.#parents
    while (parents[place] !== place) place = parents[place] = parents[parents[place]!]!
    return place
  }
}
