import {
  layouts,
  outputKinds,
  resamples,
  type channelOrders,
  type ToldOfModel,
} from '../../shared/contract/served-model.ts'
import { ModelError, UsageError } from '../../shared/errors.ts'
import type { ServedInput } from '../evaluation/served-step.ts'
import type { SavedModelFacts, ServedTensor } from '../export/read-saved-model.ts'
import type { DType, PartialShape } from '../tensorflow/c-api/index.ts'

/** All that has to be known to measure a SavedModel. */
export interface ServedModel {
  readonly signature: string
  readonly input: ServedTensor
  readonly output: ServedTensor
  readonly images: ServedInput
  readonly resize: number
  readonly resample: (typeof resamples)[number]
  readonly outputs: (typeof outputKinds)[number]
  readonly classes: readonly string[]
  readonly batchSize: number
}

/** Images at once, where nobody says otherwise. */
const BATCH = 64

/**
 * How a SavedModel is fed and read, from what it says of itself and what is told of it.
 * @throws UsageError that names all options that are missing, or do not fit; ModelError where it takes no images or
 * gives no classes
 */
export function servedModel({ signatures }: SavedModelFacts, told: ToldOfModel): ServedModel {
  const signature = chosen(signatures, {
    option: '--signature',
    what: 'signature',
    name: told.signature,
    usual: 'serving_default',
  })
  const input = chosen(signature.inputs, { option: '--input', what: 'input', name: told.input })
  const output = chosen(signature.outputs, { option: '--output', what: 'output', name: told.output })
  const dtype = floatOrPixels(input)
  const layout = layoutOf(input, told)
  checkTold(missingOptions(input, layout, told))
  const channels = told.channels ?? 'grey'
  const sizes = sizesOf(input, layout!, told)
  const statistics = statisticsOf(input, channels, told)
  checkOutput(output, told.classes!)
  return {
    signature: signature.name,
    input,
    output,
    images: { dtype, layout: layout!, channels, ...sizes, ...statistics },
    resize: told.resize!,
    resample: told.resample!,
    outputs: told.outputs!,
    classes: told.classes!,
    batchSize: sizes.fixedBatch ?? told.batchSize ?? BATCH,
  }
}

function checkTold(missing: readonly string[]): void {
  if (missing.length > 0)
    throw new UsageError(
      `The SavedModel does not say all that is needed to evaluate it; tell it by ${missing.join('; ')}.`,
    )
}

interface Choice {
  readonly option: string
  readonly what: string
  readonly name: string | undefined
  /** Taken where none is named. */
  readonly usual?: string
}

/** One of several by its name, or the only one. */
function chosen<T extends { readonly name: string }>(among: readonly T[], { option, what, name, usual }: Choice): T {
  const found = among.find((one) => one.name === (name ?? usual))
  if (found) return found
  const [only, ...others] = among
  if (!only) throw new ModelError(`The SavedModel has no ${what} that can be called; save it with one.`)
  if (name === undefined && others.length === 0) return only
  const names = among.slice(0, NAMED).map((one) => `"${one.name}"`)
  const all = `${names.join(', ')}${among.length > NAMED ? ', ...' : ''}`
  throw new UsageError(
    name === undefined
      ? `The SavedModel has ${among.length} ${what}s: name one of them with ${option}: ${all}.`
      : `The SavedModel has no ${what} "${name}": ${option} can be ${all}.`,
  )
}

const NAMED = 10

const floats = ['float32', 'float16', 'bfloat16', 'float64'] as const

function floatOrPixels({ name, dtype, shape }: ServedTensor): ServedInput['dtype'] {
  const taken = (['uint8', ...floats] as const).find((one) => one === dtype)
  if (taken && (shape === null || shape.length === 4)) return taken
  throw new ModelError(
    `The input "${name}" is ${described(dtype, shape)}, which is no batch of images: it must be uint8 or floating, with 4 dimensions; name another one with --input or --signature, or save the model with such a one.`,
  )
}

const described = (dtype: DType | undefined, shape: PartialShape | null) =>
  `${dtype ?? 'of an unknown type'} ${shape === null ? 'of any shape' : `[${shape.map((size) => size ?? '?').join(', ')}]`}`

type Layout = (typeof layouts)[number]
type Channels = (typeof channelOrders)[number]

const countOf = (channels: Channels) => (channels === 'grey' ? 1 : 3)
const axesOf = (layout: Layout) => (layout === 'nhwc' ? ([1, 2, 3] as const) : ([2, 3, 1] as const))

/** Where the channels are, if the shape says it: only one of the two places can be 1 or 3. Nothing where it has to be told. */
function layoutOf({ name, dtype, shape }: ServedTensor, { layout, channels }: ToldOfModel): Layout | undefined {
  const counts = channels ? [countOf(channels)] : [1, 3]
  const fits = (one: Layout) => {
    const size = shape?.[axesOf(one)[2]] ?? null
    return size === null || counts.includes(size)
  }
  const possible = layouts.filter(fits)
  const wanted = layout ? possible.filter((one) => one === layout) : possible
  if (wanted.length === 0)
    throw new UsageError(
      `The input "${name}" is ${described(dtype, shape)}: that is not the place or the number of channels of ${[layout, channels].filter((one) => one !== undefined).join(', ') || 'images, 1 or 3'}; choose --layout and --channels by its shape, or another --input.`,
    )
  const said = wanted.filter((one) => shape && shape[axesOf(one)[2]] !== null)
  // An open size could be anything: a fixed one that fits says more.
  if (wanted.length > 1 && said.length === 1) return said[0]
  return wanted.length === 1 ? wanted[0] : undefined
}

/** What must be told, and was not: options with what they mean. */
function missingOptions({ dtype, shape }: ServedTensor, layout: Layout | undefined, told: ToldOfModel): string[] {
  const axes = axesOf(layout ?? 'nhwc')
  const size = (axis: number) => shape?.[axis] ?? null
  const isOpen = layout === undefined || (size(axes[0]) ?? size(axes[1])) === null
  const takesNumbers = dtype !== 'uint8'
  const colours = layout !== undefined && size(axes[2]) === 3 ? 'rgb|bgr' : 'grey|rgb|bgr'
  const isGrey = layout !== undefined && size(axes[2]) === 1
  const needed: [boolean, string][] = [
    [told.classes === undefined, '--classes FILE (the names of the classes in the order of the outputs, one a line)'],
    [told.outputs === undefined, `--outputs ${outputKinds.join('|')} (what the numbers of the classes are)`],
    [layout === undefined, `--layout ${layouts.join('|')} (where the channels are in the input)`],
    [told.channels === undefined && !isGrey, `--channels ${colours} (the order of the channels)`],
    [told.imageSize === undefined && isOpen, '--image-size N (height and width of the input)'],
    [told.resize === undefined, '--resize N (the short side of an image is scaled to it before the centre is cut out)'],
    [told.resample === undefined, `--resample ${resamples.join('|')} (how images are scaled)`],
    [
      takesNumbers && told.mean === undefined,
      '--mean N[,N,N] (the input is (pixel - mean) / std with pixels from 0 to 255: 0 and 255 give 0 to 1)',
    ],
    [takesNumbers && told.std === undefined, '--std N[,N,N] (see --mean)'],
  ]
  return needed.flatMap(([isMissing, text]) => (isMissing ? [text] : []))
}

/** Height and width of the input, and how many images it takes where that is fixed. */
function sizesOf(input: ServedTensor, layout: Layout, { imageSize: toldSize, batchSize }: ToldOfModel) {
  const { name, dtype, shape } = input
  const [y, x] = axesOf(layout).map((axis) => shape?.[axis] ?? null)
  const imageSize = y ?? x ?? toldSize!
  const batch = shape?.[0] ?? null
  if (imageSize === 0 || batch === 0 || [y, x].some((side) => (side ?? imageSize) !== imageSize))
    throw new ModelError(
      `The input "${name}" is ${described(dtype, shape)}: images are cut out as squares; save the model with as many rows as columns, or with these left open.`,
    )
  if (toldSize !== undefined && toldSize !== imageSize)
    throw new UsageError(`The input "${name}" has images of ${imageSize} px; --image-size cannot be ${toldSize}.`)
  return { imageSize, ...(batch !== null && { fixedBatch: fixedBatch(name, batch, batchSize) }) }
}

function fixedBatch(name: string, batch: number, told: number | undefined): number {
  if (told === undefined || told === batch) return batch
  throw new UsageError(
    `The input "${name}" takes ${batch === 1 ? '1 image' : `${batch} images`} at once; leave --batch-size out.`,
  )
}

/** Mean and standard deviation, where the input is made by them. */
function statisticsOf({ name, dtype }: ServedTensor, channels: Channels, { mean, std }: ToldOfModel) {
  if (dtype !== 'uint8')
    return { mean: perChannel('--mean', mean!, channels), std: perChannel('--std', std!, channels) }
  if ((mean ?? std) === undefined) return {}
  throw new UsageError(`The input "${name}" takes the pixels themselves (uint8): leave --mean and --std out.`)
}

function perChannel(option: string, values: readonly number[], channels: Channels): readonly number[] {
  const count = countOf(channels)
  if (values.length === 1 || values.length === count) return values
  throw new UsageError(`${option} has ${values.length} numbers; give one, or one for each of the ${count} channels.`)
}

function checkOutput({ name, dtype, shape }: ServedTensor, classes: readonly string[]): void {
  const isFloat = floats.some((one) => one === dtype)
  if (!isFloat || (shape !== null && shape.length !== 2))
    throw new ModelError(
      `The output "${name}" is ${described(dtype, shape)}, not floating numbers of classes, [images, classes]; name another one with --output or --signature.`,
    )
  const count = shape?.[1] ?? classes.length
  if (count !== classes.length) throw wrongCount(name, count, classes.length)
}

/** Where the model's outputs are not those of the classes. */
export function wrongCount(output: string, numbers: number, classes: number): ModelError {
  const sigmoid =
    numbers === 1 ? ' One number that tells two classes apart is not read: save the model with a softmax of two.' : ''
  return new ModelError(
    `The output "${output}" has ${numbers} ${numbers === 1 ? 'number' : 'numbers'} an image, but ${classes} classes are named: name them all, in their order, with --classes.${sigmoid}`,
  )
}
