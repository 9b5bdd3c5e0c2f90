import { classNamesIn } from '../../shared/class-names.ts'
import {
  channelOrders,
  layouts,
  outputKinds,
  resamples,
  toldOfModel,
  type ToldOfModel,
} from '../../shared/contract/served-model.ts'
import { UsageError } from '../../shared/errors.ts'

/** A field of what is told of a SavedModel. */
export interface ToldField {
  readonly key: keyof ToldOfModel
  /** As the command line calls it, and errors do. */
  readonly option: string
  readonly title: string
  readonly hint: string
  /** What can be chosen; anything where it is absent. */
  readonly choices?: readonly string[]
}

export const toldFields: readonly ToldField[] = [
  {
    key: 'outputs',
    option: '--outputs',
    title: 'Outputs',
    hint: 'What the numbers of the classes are',
    choices: outputKinds,
  },
  {
    key: 'channels',
    option: '--channels',
    title: 'Channels',
    hint: 'Their order in the input',
    choices: channelOrders,
  },
  { key: 'imageSize', option: '--image-size', title: 'Image size', hint: 'Height and width of the input, pixels' },
  {
    key: 'resize',
    option: '--resize',
    title: 'Short side',
    hint: 'An image is scaled so before its centre is cut out, pixels',
  },
  { key: 'resample', option: '--resample', title: 'Scaling', hint: 'How images are scaled', choices: resamples },
  {
    key: 'mean',
    option: '--mean',
    title: 'Mean',
    hint: 'The input is (pixel - mean) / std, pixels from 0 to 255; one number, or one a channel with commas between',
  },
  { key: 'std', option: '--std', title: 'Std', hint: 'See Mean: 0 and 255 give 0 to 1, 127.5 and 127.5 give -1 to 1' },
  { key: 'layout', option: '--layout', title: 'Layout', hint: 'Where the channels are in the input', choices: layouts },
  {
    key: 'signature',
    option: '--signature',
    title: 'Signature',
    hint: 'How the model is called; serving_default without',
  },
  { key: 'input', option: '--input', title: 'Input', hint: 'Which input takes the images' },
  { key: 'output', option: '--output', title: 'Output', hint: 'Which output has the classes' },
  { key: 'batchSize', option: '--batch-size', title: 'Batch', hint: 'Images at once; 64 without' },
]
const all: readonly Pick<ToldField, 'option' | 'title'>[] = [...toldFields, { option: '--classes', title: 'Classes' }]

/** What a person has written, by field; empty where nothing. */
export type WrittenOfModel = Readonly<Partial<Record<keyof ToldOfModel, string>>>

const whole = new Set<keyof ToldOfModel>(['imageSize', 'resize', 'batchSize'])
const perChannel = new Set<keyof ToldOfModel>(['mean', 'std'])

/** What is told by what was written. Throws `UsageError` that names the field which is wrong. */
export function toldBy(written: WrittenOfModel): ToldOfModel {
  const filled = Object.entries(written).filter(([, text]) => text.trim() !== '') as [keyof ToldOfModel, string][]
  const told = Object.fromEntries(filled.map(([key, text]) => [key, valueOf(key, text)]))
  const { success, data, error } = toldOfModel.safeParse(told)
  if (success) return data
  const [key] = error.issues[0]!.path
  const field = toldFields.find((one) => one.key === key)
  throw new UsageError(`“${field?.title ?? 'Classes'}” does not fit${field ? `: ${field.hint}` : ''}.`)
}

function valueOf(key: keyof ToldOfModel, text: string): unknown {
  if (key === 'classes') return classNamesIn(text, '“Classes”')
  if (whole.has(key)) return Number(text)
  if (perChannel.has(key)) return text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)))
  return text.trim()
}

/** An error as the window tells it: the fields by their titles in place of options and their values. */
export const inWindow = (message: string): string =>
  all.reduce(
    (text, { option, title }) =>
      text.replaceAll(
        new RegExp(`${option}(?![a-z-])(?: (?:FILE|N(?:\\[[,N]+\\])?|[a-z-]+(?:\\|[a-z-]+)+))?`, 'g'),
        `“${title}”`,
      ),
    message,
  )
