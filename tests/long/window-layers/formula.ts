import { isPool, type WindowCase } from './cases.ts'

/** What a layer gives, and the gradients of the sum of its output times some weights. Row-major. */
export interface Outcome {
  readonly output: Float64Array
  readonly ofImages: Float64Array
  readonly ofKernel: Float64Array
}

/** Where windows begin along an axis: TensorFlow's "SAME" pads as little as it can, the odd zero at the end. */
function starts(case_: WindowCase, axis: 0 | 1): number[] {
  const [size, kernel, stride] = [case_.size[axis], case_.kernel[axis], case_.strides[axis]]
  const same = case_.padding === 'same'
  const count = same ? Math.ceil(size / stride) : Math.floor((size - kernel) / stride) + 1
  const padding = same ? Math.max((count - 1) * stride + kernel - size, 0) : 0
  return Array.from({ length: count }, (_, i) => i * stride - Math.floor(padding / 2))
}

/** Height, width and channels. */
export function outputShape(case_: WindowCase): [number, number, number] {
  const { layer, channels, filters } = case_
  const deep = isPool(case_) ? channels : layer === 'DepthwiseConv2D' ? channels * filters : filters
  return [starts(case_, 0).length, starts(case_, 1).length, deep]
}

/** As Keras has it. */
export function kernelShape({
  layer,
  kernel,
  channels,
  filters,
  groups,
}: WindowCase): [number, number, number, number] {
  return [...kernel, layer === 'GroupedConv2D' ? channels / groups : channels, filters]
}

interface Arrays {
  readonly images: Float32Array
  readonly kernel: Float32Array
  readonly weights: Float32Array
}

/** The pixels in a window that are in the image: the index of the first channel, and the place in the window. */
function* pixels(case_: WindowCase, image: number, top: number, left: number): Generator<[at: number, place: number]> {
  const { size, kernel, channels } = case_
  for (let row = Math.max(0, -top); row < kernel[0] && top + row < size[0]; row++)
    for (let column = Math.max(0, -left); column < kernel[1] && left + column < size[1]; column++)
      yield [((image * size[0] + top + row) * size[1] + left + column) * channels, row * kernel[1] + column]
}

/** By the definition of each layer, in double precision. */
export function byFormula(case_: WindowCase, arrays: Arrays): Outcome {
  const outcome = {
    output: new Float64Array(arrays.weights.length),
    ofImages: new Float64Array(arrays.images.length),
    ofKernel: new Float64Array(arrays.kernel.length),
  }
  const deep = outputShape(case_)[2]
  let at = 0
  for (let image = 0; image < case_.batch; image++)
    for (const top of starts(case_, 0))
      for (const left of starts(case_, 1)) {
        const inside = [...pixels(case_, image, top, left)]
        for (let channel = 0; channel < deep; channel++) addUp(case_, arrays, outcome, inside, channel, at++)
      }
  return outcome
}

/** One value of the output. */
function addUp(
  case_: WindowCase,
  arrays: Arrays,
  outcome: Outcome,
  inside: [number, number][],
  to: number,
  at: number,
) {
  const { output, ofImages, ofKernel } = outcome
  const { images, kernel, weights } = arrays
  if (isPool(case_)) {
    const own = inside.map(([pixel]) => pixel + to)
    const largest = own.reduce((a, b) => (images[b]! > images[a]! ? b : a))
    const taken = case_.layer === 'MaxPooling2D' ? [largest] : own
    for (const x of taken) {
      output[at]! += images[x]! / taken.length
      ofImages[x]! += weights[at]! / taken.length
    }
    return
  }
  for (const [pixel, place] of inside)
    for (const [from, index] of connections(case_, place, to)) {
      output[at]! += images[pixel + from]! * kernel[index]!
      ofImages[pixel + from]! += weights[at]! * kernel[index]!
      ofKernel[index]! += weights[at]! * images[pixel + from]!
    }
}

/** Which channels a channel of the output is made of, and with which weights of the kernel. */
function connections(case_: WindowCase, place: number, to: number): [from: number, index: number][] {
  const [, , depth, filters] = kernelShape(case_)
  if (case_.layer === 'DepthwiseConv2D') {
    const from = Math.floor(to / filters)
    return [[from, (place * depth + from) * filters + (to % filters)]]
  }
  const first = Math.floor(to / (filters / case_.groups)) * depth
  return Array.from({ length: depth }, (_, i) => [first + i, (place * depth + i) * filters + to])
}
