import { UsageError } from '../../errors.ts'
import { nearest } from '../nearest.ts'
import { flags, type Flag } from './flags.ts'

/** The flags of a command line by their names, in their order; a switch is true or, as `--nouse_xla`, false. */
export type GivenFlags = ReadonlyMap<string, string | number | boolean>

export interface CommandLine {
  readonly given: GivenFlags
  /** Processes, each with a GPU. */
  readonly devices: number
}

/**
 * Reads a command line of NVIDIA's script as its argparse does: `--flag value` or `--flag=value`, abbreviated where
 * that is not ambiguous. Of what stands before `main.py` only the number of processes counts, `-np` of mpiexec and
 * horovodrun. Throws `UsageError` for what the script would refuse.
 */
export function parseCommandLine(commandLine: string): CommandLine {
  const given = new Map<string, string | number | boolean>()
  const { before, words } = splitAtScript(splitWords(commandLine))
  while (words.length > 0) {
    const word = words.shift()!
    const [, no, name, value] =
      /^--(?:(no)(?=use_|xla|dali|amp|cosine|cpu|quantize|symmetric))?([\w-]+)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) throw new UsageError(`"${word}" belongs to no flag of NVIDIA's script; write --flag value.`)
    const flag = findFlag(name)
    given.set(
      flag.name,
      flag.type === 'switch'
        ? switchValue(flag, no === undefined, value)
        : readValue(flag, value ?? takeValue(flag, words)),
    )
  }
  return { given, devices: devicesIn(before) }
}

/** Words as a shell makes them: quotes hold together, a backslash at the end of a line continues it. */
const splitWords = (text: string): string[] =>
  (text.replaceAll(/\\\r?\n/g, ' ').match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((word) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  )

function splitAtScript(all: string[]): { before: string[]; words: string[] } {
  const first = all.findIndex((word) => /(^|\/)main\.py$/.test(word)) + 1
  return { before: all.slice(0, first), words: all.slice(first) }
}

function devicesIn(before: readonly string[]): number {
  const at = before.findIndex((word) => /^(--?np|-n|--num-proc)$/.test(word))
  const count = Number(before[at + 1])
  return at >= 0 && Number.isInteger(count) && count > 0 ? count : 1
}

function findFlag(name: string): Flag {
  const exact = flags.find((flag) => flag.name === name)
  const begun = flags.filter((flag) => flag.name.startsWith(name))
  if (exact ?? begun.length === 1) return exact ?? begun[0]!
  const suggestion = nearest(
    name,
    flags.map((flag) => flag.name),
  )
  const hint =
    begun.length > 1
      ? `it may be ${begun.map((flag) => `--${flag.name}`).join(' or ')}.`
      : suggestion
        ? `did you mean --${suggestion}?`
        : 'leave it out.'
  throw new UsageError(`NVIDIA's script has no flag --${name}; ${hint}`)
}

function switchValue({ name }: Flag, on: boolean, value: string | undefined): boolean {
  if (value !== undefined) throw new UsageError(`--${name} takes no value; write --${name}, or --no${name}.`)
  return on
}

function takeValue({ name }: Flag, words: string[]): string {
  const value = words[0]
  if (value === undefined || value.startsWith('--'))
    throw new UsageError(`--${name} needs a value; write --${name} VALUE.`)
  return words.shift()!
}

function readValue({ name, type }: Flag, text: string): string | number {
  if (type === 'text' || type === 'switch') return text
  if (typeof type !== 'string') {
    if (type.includes(text)) return text
    throw new UsageError(`--${name} must be one of ${type.join(', ')}, not ${text}.`)
  }
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (type === 'number' ? Number.isFinite(value) : Number.isSafeInteger(value)) return value
  throw new UsageError(`--${name} must be a ${type}, not ${text}.`)
}
