import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { rotate, shearX, shearY, sideOf, translateX, translateY } from './affine.ts'
import {
  autoContrast,
  brightness,
  colour,
  contrast,
  equalize,
  posterize,
  sharpness,
  solarize,
  type Tone,
} from './tone.ts'

/** The 14 operations of both policies, in torchvision's order: the position is what a random number chooses. */
export const operationNames = [
  'identity',
  'shear-x',
  'shear-y',
  'translate-x',
  'translate-y',
  'rotate',
  'brightness',
  'colour',
  'contrast',
  'sharpness',
  'posterize',
  'solarize',
  'auto-contrast',
  'equalize',
] as const
export type OperationName = (typeof operationNames)[number]

/** Those that go either way, each in half of the cases. */
const eitherWay: ReadonlySet<OperationName> = new Set([
  'shear-x',
  'shear-y',
  'translate-x',
  'translate-y',
  'rotate',
  'brightness',
  'colour',
  'contrast',
  'sharpness',
])
export const goesEitherWay = (name: OperationName): boolean => eitherWay.has(name)

/** How strong the operations of a policy can be. */
export interface Strengths {
  /** Row or column moved per column or row. */
  readonly shear: number
  /** How far: px, or a share of the image's side. */
  readonly translation: { readonly most: number; readonly unit: 'px' | 'share' }
  /** Degrees. */
  readonly rotation: number
  /** How far a factor may be from 1. */
  readonly factor: number
  /** Bits. */
  readonly bits: number
}

/** torchvision's RandAugment, magnitude 30 of 30; its translation is 150 of 331 px. */
export const randAugmentStrengths: Strengths = {
  shear: 0.3,
  translation: { most: 150 / 331, unit: 'share' },
  rotation: 30,
  factor: 0.9,
  bits: 4,
}
/** torchvision's TrivialAugmentWide. */
export const trivialAugmentStrengths: Strengths = {
  shear: 0.99,
  translation: { most: 32, unit: 'px' },
  rotation: 135,
  factor: 0.99,
  bits: 6,
}

/** The amount of an operation at a strength of 0 to 1: a matrix coefficient, px or share, degrees, distance of a factor from 1, bits, or a threshold. */
export function amountOf(
  name: OperationName,
  strength: number,
  { shear, translation, rotation, factor, bits }: Strengths,
): number {
  switch (name) {
    case 'identity':
    case 'auto-contrast':
    case 'equalize':
      return 0
    case 'shear-x':
    case 'shear-y':
      return shear * strength
    case 'translate-x':
    case 'translate-y':
      return translation.most * strength
    case 'rotate':
      return rotation * strength
    case 'brightness':
    case 'colour':
    case 'contrast':
    case 'sharpness':
      return factor * strength
    case 'posterize':
      return roundHalfEven(bits * strength)
    case 'solarize':
      return 255 * (1 - strength)
  }
}

/** As torch rounds. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x)
  return x - below === 0.5 ? below + (below % 2) : Math.round(x)
}

/** The operations that change the values of pixels and leave each where it is. */
const tones = {
  brightness,
  colour,
  contrast,
  sharpness,
  posterize,
  solarize,
  'auto-contrast': autoContrast,
  equalize,
} satisfies Partial<Record<OperationName, Tone>>

/** Does an operation to one image: uint8 [height, width, channels], by an amount, float32 scalar. */
export function applyOperation(
  f: GraphBuilder,
  name: OperationName,
  pixels: Output,
  amount: Output,
  channels: number,
  { translation }: Strengths,
): Output {
  const along = (axis: 0 | 1) => (translation.unit === 'px' ? amount : f.op('Mul', [amount, sideOf(f, pixels, axis)]))
  switch (name) {
    case 'identity':
      return f.op('Identity', [pixels])
    case 'shear-x':
      return shearX(f, pixels, amount)
    case 'shear-y':
      return shearY(f, pixels, amount)
    case 'translate-x':
      return translateX(f, pixels, along(1))
    case 'translate-y':
      return translateY(f, pixels, along(0))
    case 'rotate':
      return rotate(f, pixels, amount)
    default:
      return tones[name](f, pixels, amount, channels)
  }
}
