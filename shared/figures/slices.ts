import { UsageError } from '../errors.ts'
import { wilson, type Interval } from './intervals.ts'
import { isRight, type Guesses } from './samples.ts'

/** What is known of each of n samples: a number, or one of some texts. */
export type FactColumn = NumberFacts | TextFacts

interface NumberFacts {
  readonly key: string
  /** float32 [n]; NaN where it is not known */
  readonly values: Float32Array
}

interface TextFacts {
  readonly key: string
  readonly names: readonly string[]
  /** int32 [n], places among the names; -1 where it is not known */
  readonly places: Int32Array
}

/** The samples that have a value: a text, or of numbers `LOW..HIGH`, from LOW to below HIGH; either may be left out. */
export interface Slice {
  readonly key: string
  readonly value: string
}

export interface RankedSlice extends Slice {
  readonly samples: number
  readonly right: number
  /** The share of right first guesses, 0 to 1, and its 95 % interval. */
  readonly accuracy: number
  readonly interval: Interval
  /**
   * The probability of so many wrong guesses or more if the slice were drawn at random from all samples (Fisher's exact
   * test, one-sided), made larger for the number of slices that were looked at (Holm, "A Simple Sequentially Rejective
   * Multiple Test Procedure", 1979), 0 to 1.
   */
  readonly p: number
}

export interface SliceRanking {
  /** Slices that have enough samples and are not all of them. */
  readonly lookedAt: number
  /** Those, the lowest upper end of the interval first: so that chance alone puts no small slice on top. */
  readonly slices: readonly RankedSlice[]
}

/** Numbers are cut into so many slices of about the same size. */
const PARTS = 5
/** Samples that a slice has at least. */
export const LEAST_SAMPLES = 20

/**
 * How well the slices by each fact do.
 * @param least samples that a slice has at least
 */
export function rankSlices(samples: Guesses, columns: readonly FactColumn[], least = LEAST_SAMPLES): SliceRanking {
  const count = samples.labels.length
  const right = Uint8Array.from(samples.labels, (_, row) => isRight(samples, row))
  const allWrong = right.reduce((sum, one) => sum + 1 - one, 0)
  const found = columns
    .flatMap((column) => counted(column, right))
    .filter((slice) => slice.samples >= least && slice.samples < count)
  const tail = hypergeometricTail(count, allWrong)
  const chances = holm(found.map((slice) => tail(slice.samples, slice.samples - slice.right)))
  const slices = found.map((slice, i) => ({
    ...slice,
    accuracy: slice.right / slice.samples,
    interval: wilson(slice.right, slice.samples)!,
    p: chances[i]!,
  }))
  return { lookedAt: slices.length, slices: slices.sort((a, b) => a.interval.high - b.interval.high) }
}

/** The slices of a fact that have samples. */
function counted(column: FactColumn, right: Uint8Array): (Slice & { samples: number; right: number })[] {
  const { key } = column
  const { values, placeOf } = 'names' in column ? ofTexts(column) : ofNumbers(column.values)
  const counts = values.map((value) => ({ key, value, samples: 0, right: 0 }))
  right.forEach((isRight, row) => {
    const slice = counts[placeOf(row)]
    if (!slice) return
    slice.samples += 1
    slice.right += isRight
  })
  return counts.filter((slice) => slice.samples > 0)
}

const ofTexts = ({ names, places }: TextFacts) => ({ values: names, placeOf: (row: number) => places[row]! })

function ofNumbers(numbers: Float32Array) {
  const edges = edgesOf(numbers)
  return {
    values: [...edges, ''].map((edge, i) => `${edges[i - 1] ?? ''}..${edge}`),
    placeOf: (row: number) => {
      const value = numbers[row]!
      return Number.isNaN(value) ? -1 : edges.filter((edge) => value >= edge).length
    },
  }
}

/** Where the numbers are cut; of few different ones less often. */
function edgesOf(numbers: Float32Array): number[] {
  const known = numbers.filter((value) => !Number.isNaN(value)).sort()
  if (known.length === 0) return []
  const quantiles = Array.from({ length: PARTS - 1 }, (_, i) => known[Math.floor(((i + 1) * known.length) / PARTS)]!)
  const written = quantiles.map((edge) => (Number.isInteger(edge) ? edge : Number(edge.toPrecision(3))))
  return [...new Set(written)].filter((edge) => edge > known[0]!)
}

/**
 * The places of the samples of a slice, one at least.
 * @throws UsageError where the fact is not known, the value is not to be understood, or no sample has it
 */
export function sliceRows(columns: readonly FactColumn[], { key, value }: Slice): Int32Array {
  const column = columns.find((one) => one.key === key)
  if (!column)
    throw new UsageError(
      `Nothing called ${key} is known of the images; choose by ${columns.map((one) => one.key).join(', ')}.`,
    )
  const test = 'names' in column ? textTest(column, value) : numberTest(column.values, key, value)
  const length = 'names' in column ? column.places.length : column.values.length
  const rows = Int32Array.from({ length }, (_, row) => row).filter(test)
  if (rows.length === 0) throw new UsageError(`No image has ${key} ${value}; choose another value.`)
  return rows
}

function textTest({ names, places }: TextFacts, value: string) {
  const place = names.indexOf(value)
  return (row: number) => place >= 0 && places[row] === place
}

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:e[-+]?\d+)?`
const range = new RegExp(`^(${NUMBER})?\\.\\.(${NUMBER})?$`, 'i')

function numberTest(numbers: Float32Array, key: string, value: string) {
  const [whole, low, high] = range.exec(value.trim()) ?? []
  if (whole === undefined)
    throw new UsageError(
      `${key}=${value} is no range of numbers; write LOW..HIGH, such as ${key}=10..20, or one end alone.`,
    )
  const from = low === undefined ? -Infinity : Number(low)
  const to = high === undefined ? Infinity : Number(high)
  return (row: number) => numbers[row]! >= from && numbers[row]! < to
}

/** In words. */
export function sliceTitle({ key, value }: Slice): string {
  const [, low, high] = range.exec(value) ?? []
  if (low !== undefined && high !== undefined) return `${key} ${low} to ${high}`
  if (low !== undefined) return `${key} from ${low}`
  return high === undefined ? `${key} ${value}` : `${key} below ${high}`
}

/** The probability of `hits` or more among `drawn`, without replacement, of `count` of which `marked` are marked. */
function hypergeometricTail(count: number, marked: number): (drawn: number, hits: number) => number {
  const logs = new Float64Array(count + 1)
  for (let n = 1; n <= count; n++) logs[n] = logs[n - 1]! + Math.log(n)
  const choose = (n: number, k: number) => logs[n]! - logs[k]! - logs[n - k]!
  return (drawn, hits) => {
    const least = Math.max(0, drawn - (count - marked))
    if (hits <= least) return 1
    let term = Math.exp(choose(marked, hits) + choose(count - marked, drawn - hits) - choose(count, drawn))
    let sum = 0
    for (let x = hits; x <= Math.min(drawn, marked); x++) {
      sum += term
      term *= ((marked - x) * (drawn - x)) / ((x + 1) * (count - marked - drawn + x + 1))
    }
    return Math.min(1, sum)
  }
}

/** Each made larger for the number of them. */
function holm(chances: readonly number[]): number[] {
  const order = chances.map((_, i) => i).sort((a, b) => chances[a]! - chances[b]!)
  const adjusted = [...chances]
  let highest = 0
  order.forEach((i, rank) => {
    highest = Math.max(highest, Math.min(1, chances[i]! * (chances.length - rank)))
    adjusted[i] = highest
  })
  return adjusted
}
