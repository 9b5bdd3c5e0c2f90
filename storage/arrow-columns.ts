/** What numbers are kept in. */
export interface Arrays {
  readonly int32: Int32Array
  readonly float32: Float32Array
  readonly float64: Float64Array
}
type NumberType = keyof Arrays
export const arrays = { int32: Int32Array, float32: Float32Array, float64: Float64Array } as const

/** What a row has in a column: a text, a number, or so many numbers. */
export type ColumnType = 'text' | NumberType | readonly [type: NumberType, width: number]
export type ColumnTypes = Readonly<Record<string, ColumnType>>

type ArrayOf<T extends ColumnType> = T extends 'text'
  ? readonly string[]
  : T extends NumberType
    ? Arrays[T]
    : T extends readonly [infer N extends NumberType, number]
      ? Arrays[N]
      : never

/** Rows to be written; of several numbers a row, those of the first row come first. */
export type ColumnsOf<T extends ColumnTypes> = { readonly [K in keyof T]: ArrayOf<T[K]> }

/** Where the rows of a file lie. */
export interface ArrowBatch {
  /** The byte at which the batch's columns begin. */
  readonly at: number
  readonly rows: number
}

/** What tells whether a file is as it was written, and where in it the rows are. */
export interface ArrowSeal {
  readonly bytes: number
  readonly crc32: number
  readonly batches: readonly ArrowBatch[]
}

/** Arrow files begin every buffer at a multiple of so many bytes. */
const ALIGNMENT = 8
export const filledUp = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT

export const numbersIn = (type: Exclude<ColumnType, 'text'>): NumberType => (typeof type === 'string' ? type : type[0])

/** Columns of one kind, one after the other. */
export function joined<N extends NumberType>(type: N, parts: readonly Arrays[N][]): Arrays[N] {
  const whole = new arrays[type](parts.reduce((sum, { length }) => sum + length, 0))
  let done = 0
  for (const part of parts) {
    whole.set(part, done)
    done += part.length
  }
  return whole as Arrays[N]
}
