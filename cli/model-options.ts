import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import { classNamesIn } from '../shared/class-names.ts'
import { channelOrders, layouts, outputKinds, resamples, type ToldOfModel } from '../shared/contract/served-model.ts'
import { UsageError } from '../shared/errors.ts'
import { readText } from '../storage/files.ts'
import { wholeNumber } from './whole-number.ts'

/** What is told of a SavedModel, by the names of options. */
export type ModelOptions = Omit<ToldOfModel, 'classes'> & { readonly classes?: string }

const numbers =
  (option: string, isRight: (value: number) => boolean) =>
  (text: string): readonly number[] => {
    const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)))
    if (values.every((value) => Number.isFinite(value) && isRight(value))) return values
    throw new UsageError(
      `${option} must be a number${option === '--std' ? ' above 0' : ''}, or one a channel with commas between, not ${text}.`,
    )
  }

const OPTIONS: readonly Option[] = [
  new Option('--classes <file>', 'the names of the classes in the order of the outputs, one a line'),
  new Option('--outputs <kind>', 'what the outputs are').choices(outputKinds),
  new Option('--image-size <n>', 'height and width of its input').argParser(wholeNumber('--image-size', 1)),
  new Option('--resize <n>', 'the short side of an image is scaled to it before the centre is cut out').argParser(
    wholeNumber('--resize', 1),
  ),
  new Option('--resample <way>', 'how images are scaled').choices(resamples),
  new Option('--channels <order>', 'the order of its channels').choices(channelOrders),
  new Option(
    '--mean <numbers>',
    'its input is (pixel - mean) / std, pixels from 0 to 255; one number, or one a channel',
  ).argParser(numbers('--mean', () => true)),
  new Option('--std <numbers>', 'see --mean').argParser(numbers('--std', (value) => value > 0)),
  new Option('--layout <layout>', 'where the channels are in its input').choices(layouts),
  new Option('--signature <name>', 'how it is called; "serving_default" without'),
  new Option('--input <name>', 'which input takes the images'),
  new Option('--output <name>', 'which output has the classes'),
  new Option('--batch-size <n>', 'images at once; 64 without').argParser(wholeNumber('--batch-size', 1)),
]

/** Adds the options of a SavedModel to a command, under a heading of their own. */
export function addModelOptions(command: Command): Command {
  for (const option of OPTIONS) command.addOption(option.helpGroup('Of a SavedModel, where it does not say so itself:'))
  return command
}

/** What options tell of a SavedModel. Throws `UsageError` for a file of classes that is none. */
export function toldBy(options: ModelOptions): ToldOfModel {
  const told = Object.fromEntries(
    OPTIONS.map((option) => option.attributeName() as keyof ModelOptions)
      .filter((name) => options[name] !== undefined)
      .map((name) => [name, options[name]]),
  ) as ModelOptions
  const { classes, ...others } = told
  return { ...others, ...(classes !== undefined && { classes: readClasses(resolve(classes)) }) }
}

/** Throws `UsageError` where an option of a SavedModel was given for a run. */
export function refuseModelOptions(options: ModelOptions): void {
  const given = OPTIONS.filter((option) => options[option.attributeName() as keyof ModelOptions] !== undefined)
  if (given.length > 0)
    throw new UsageError(
      `${given.map(({ long }) => long).join(', ')}: only of a SavedModel; a checkpoint brings its recipe and classes, so leave ${given.length === 1 ? 'it' : 'them'} out.`,
    )
}

function readClasses(file: string): string[] {
  const text = readText(file)
  if (text === undefined) throw new UsageError(`There is no file ${file}; --classes names one with a class a line.`)
  return classNamesIn(text, file)
}
