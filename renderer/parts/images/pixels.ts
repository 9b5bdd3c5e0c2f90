/** Row-major pixels of one or three channels, a byte each, as a canvas takes them: red, green, blue, opaque. Throws for another number of channels. */
export function toRgba(pixels: Uint8Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
  if (channels !== 1 && channels !== 3) throw new RangeError(`An image of ${channels} channels cannot be drawn.`)
  const count = pixels.length / channels
  const rgba = new Uint8ClampedArray(4 * count)
  const green = channels === 3 ? 1 : 0
  for (let i = 0; i < count; i++) {
    const from = i * channels
    rgba[4 * i] = pixels[from]!
    rgba[4 * i + 1] = pixels[from + green]!
    rgba[4 * i + 2] = pixels[from + 2 * green]!
    rgba[4 * i + 3] = 255
  }
  return rgba
}
