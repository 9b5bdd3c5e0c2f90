import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import type { Workbench } from '../host/workbench.ts'
import { UsageError } from '../shared/errors.ts'
import type { Correction } from '../shared/run-folder/corrections.ts'
import { writeJson } from '../storage/files.ts'
import { answering } from './answer.ts'
import { counted, shortPath } from './format.ts'
import { table } from './text.ts'
import { wholeNumber } from './whole-number.ts'

interface Decided {
  readonly given: string
  readonly record?: number
  readonly label?: string
  readonly exclude?: boolean
  readonly right?: boolean
  readonly undecided?: boolean
}

const plain = ['exclude', 'right', 'undecided'] as const

export function addCorrections(program: Command, workbench: Workbench): void {
  const command = program
    .command('corrections')
    .description('what was decided of the labels of a dataset; its files are never changed')
  const dataset = ['<dataset>', 'its name in "anneal datasets list"'] as const
  answering(
    command
      .command('list')
      .description('list them')
      .argument(...dataset),
    async (name: string) => {
      const { path, list } = await read(workbench, name)
      const none = `Nothing was decided of the labels of ${name}.`
      return {
        data: { dataset: name, file: path, corrections: list },
        text: list.length === 0 ? none : `${table(list.map(rowOf))}\n\n${useOf(path)}`,
      }
    },
  )
  answering(
    command
      .command('export')
      .description('write them to a file, for another home')
      .argument(...dataset)
      .argument('<file>'),
    async (name: string, wanted: string) => {
      const { list } = await read(workbench, name)
      const file = resolve(wanted)
      writeJson(file, { format: 1, corrections: list })
      return {
        data: { dataset: name, file, corrections: list.length },
        text: `${counted(list.length, 'correction')} of ${name}: ${shortPath(file)}`,
      }
    },
  )
  addSet(command, dataset, workbench)
}

function addSet(command: Command, dataset: readonly [string, string], workbench: Workbench): void {
  const set = command
    .command('set')
    .description('decide of the label of an image; what was decided of it before is replaced')
    .argument(...dataset)
    .argument('<path>', "the image, relative to the dataset's folder, as label-errors lists it")
    .requiredOption('--given <class>', 'the label that it has: of another one the decision says nothing')
    .addOption(
      new Option('--record <byte>', 'of TFRecords: where its record begins').argParser(wholeNumber('--record', 0)),
    )
    .addOption(new Option('--label <class>', 'its right label').conflicts([...plain]))
    .addOption(new Option('--exclude', 'leave it out').conflicts(['label', 'right', 'undecided']))
    .addOption(new Option('--right', 'the label is right').conflicts(['label', 'exclude', 'undecided']))
    .addOption(new Option('--undecided', 'looked at, and not decided').conflicts(['label', 'exclude', 'right']))
  answering(set, async (name: string, path: string, options: Decided) => {
    const corrections = await workbench.correctionsOf(name)
    const correction = correctionOf(path, options)
    await corrections.set(correction)
    return {
      data: { dataset: name, file: corrections.path, ...correction },
      text: `${rowOf(correction).join('  ')}\n\n${useOf(corrections.path)}`,
    }
  })
}

async function read(workbench: Workbench, name: string) {
  const corrections = await workbench.correctionsOf(name)
  return { path: corrections.path, list: corrections.list() }
}

function correctionOf(path: string, { given, record, label, ...options }: Decided): Correction {
  const sample = { path, ...(record !== undefined && { record }), given }
  if (label !== undefined) return { ...sample, decision: 'label', label }
  const decision = plain.find((name) => options[name])
  if (!decision) throw new UsageError('Say what is decided: --label CLASS, --exclude, --right or --undecided.')
  return { ...sample, decision }
}

const rowOf = (correction: Correction): string[] => {
  const { path, record, given, decision } = correction
  const place = record === undefined ? path : `${path} at ${record}`
  return [place, given, decision === 'label' ? `-> ${correction.label}` : decision]
}

const useOf = (file: string) => `A run takes them with --set data.corrections=${file}`
