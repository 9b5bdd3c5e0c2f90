import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

/** Pixels as numbers to compute with: uint8 to float32. */
export const toFloat = (f: GraphBuilder, pixels: Output): Output => f.op('Cast', [pixels], { DstT: 'float32' })

/** Cut to 0 to 255. */
export const clip = (f: GraphBuilder, pixels: Output): Output =>
  f.op('ClipByValue', [pixels, f.constant(0), f.constant(255)])

/** To the nearest whole number, a half to the even one; what is out of range is cut. */
export const toBytes = (f: GraphBuilder, pixels: Output): Output =>
  f.op('Cast', [f.op('Round', [clip(f, pixels)])], { DstT: 'uint8' })

/** Luma of ITU-R BT.601, as JPEG defines it: float32 [height, width, 3] to [height, width, 1]; grey stays. */
export function luma(f: GraphBuilder, pixels: Output, channels: number): Output {
  if (channels === 1) return pixels
  return f.op('Sum', [f.op('Mul', [pixels, f.constant([0.299, 0.587, 0.114])]), f.constant([2], 'int32')], {
    keep_dims: true,
  })
}

/** `factor` times the pixels plus 1 - `factor` times others, cut to 0 to 255: torchvision's and Pillow's way to strengthen (above 1) or weaken. */
export function blend(f: GraphBuilder, pixels: Output, others: Output, factor: Output): Output {
  return clip(f, f.op('AddV2', [others, f.op('Mul', [f.op('Sub', [pixels, others]), factor])]))
}
