/** What the keys of a recipe ask of a network. */
interface Traits {
  /** Which builder of `engine/models/families.ts` makes it, and what that is told. */
  readonly family: string
  readonly form: object
  /** The smallest image, px, of which the last stage still sees a whole pixel. */
  readonly smallestImage: number
  /** Made for images of about 32 px, in place of 224. */
  readonly isSmall: boolean
  readonly hasBatchNorm: boolean
  /** Whether a step down in resolution takes windows that overlap, and so is padded. */
  readonly padsSteps: boolean
  /** Whether it is built of He et al.'s residual blocks, whose steps down in resolution can blur. */
  readonly isResNet: boolean
  /** Where the first weights do not follow the recipe's rule, but are normal: their standard deviation, as published. */
  readonly deviation?: number
  /** The values of keys that it was published with. */
  readonly published?: { readonly stochasticDepth?: number; readonly dropout?: number }
}

const large = { smallestImage: 32, isSmall: false, hasBatchNorm: true, padsSteps: true, isResNet: false } as const
const cifar = { ...large, family: 'cifar-resnet', smallestImage: 8, isSmall: true, isResNet: true } as const
const resnet = { ...large, family: 'resnet', isResNet: true } as const
// Normal of deviation 0.02: arXiv 2201.03545, table 5.
const convnext = { ...large, family: 'convnext', hasBatchNorm: false, padsSteps: false, deviation: 0.02 } as const
const resnext = { kind: 'bottleneck', groups: 32, widening: 2, depths: [3, 4, 23, 3] } as const

/** Every network that a recipe may name. */
export const networks = {
  resnet8: { ...cifar, form: { depth: 8 } },
  resnet20: { ...cifar, form: { depth: 20 } },
  resnet56: { ...cifar, form: { depth: 56 } },
  resnet18: { ...resnet, form: { kind: 'basic', depths: [2, 2, 2, 2] } },
  resnet34: { ...resnet, form: { kind: 'basic', depths: [3, 4, 6, 3] } },
  resnet50: { ...resnet, form: { kind: 'bottleneck', depths: [3, 4, 6, 3] } },
  resnet101: { ...resnet, form: { kind: 'bottleneck', depths: [3, 4, 23, 3] } },
  resnet152: { ...resnet, form: { kind: 'bottleneck', depths: [3, 8, 36, 3] } },
  'resnext101-32x4d': { ...resnet, form: resnext },
  'se-resnext101-32x4d': { ...resnet, form: { ...resnext, excitation: true } },
  'convnext-tiny': {
    ...convnext,
    form: { depths: [3, 3, 9, 3], widths: [96, 192, 384, 768] },
    published: { stochasticDepth: 0.1 },
  },
  mobilenetv2: { ...large, family: 'mobilenetv2', form: {}, published: { dropout: 0.2 } },
  'efficientnet-b0': {
    ...large,
    family: 'efficientnet-b0',
    form: {},
    published: { stochasticDepth: 0.2, dropout: 0.2 },
  },
} as const satisfies Readonly<Record<string, Traits>>

export type Architecture = keyof typeof networks
export type Network = (typeof networks)[Architecture]

export const architectures = Object.keys(networks) as readonly Architecture[]

export const traitsOf = (architecture: Architecture): Traits => networks[architecture]

/** The networks that something is true of. */
export const architecturesWhere = (holds: (traits: Traits) => boolean): readonly Architecture[] =>
  architectures.filter((name) => holds(networks[name]))
