export interface Picture {
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** A window of a picture, scaled bilinearly to a square with pixel centres at halves and edges repeated. */
export function cropAndScale(
  { pixels, width, channels }: Picture,
  [top, left, h, w]: readonly number[],
  size: number,
): Float64Array {
  const result = new Float64Array(size * size * channels)
  const axis = (i: number, length: number) => {
    const at = Math.max(0, Math.min(length - 1, ((i + 0.5) * length) / size - 0.5))
    return { low: Math.floor(at), high: Math.min(length - 1, Math.floor(at) + 1), part: at - Math.floor(at) }
  }
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < channels; c++) {
        const [v, u] = [axis(y, h!), axis(x, w!)]
        const pixel = (row: number, column: number) => pixels[((top! + row) * width + left! + column) * channels + c]!
        const upper = pixel(v.low, u.low) * (1 - u.part) + pixel(v.low, u.high) * u.part
        const lower = pixel(v.high, u.low) * (1 - u.part) + pixel(v.high, u.high) * u.part
        result[(y * size + x) * channels + c] = upper * (1 - v.part) + lower * v.part
      }
  return result
}

export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Infinity
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
  return largest
}
