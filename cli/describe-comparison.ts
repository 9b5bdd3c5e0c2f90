import type { KeptSample } from '../host/workbench.ts'
import type { ComparedClass, EvaluationComparison } from '../shared/contract/evaluation-comparison.ts'
import type { Interval } from '../shared/figures/index.ts'
import { classTable } from './class-table.ts'
import { counted, decimal, percent } from './format.ts'
import { section, wrap } from './text.ts'

type OneSide = Omit<KeptSample, 'path' | 'record'>

/** An image that two evaluations have in common. */
export interface ComparedSample extends Pick<KeptSample, 'path' | 'record'> {
  readonly first: OneSide
  readonly second: OneSide
}

export type ComparedLists = Readonly<Record<'fixed' | 'broken' | 'bothWrong' | 'relabelled', readonly ComparedSample[]>>

/** Images of each kind that are told. */
const IMAGES = 10

/**
 * Two evaluations side by side, for people.
 * @param names of both
 */
export function describeComparison(
  [first, second]: readonly [string, string],
  compared: EvaluationComparison,
  lists: ComparedLists,
): string {
  const { notes } = compared
  return [
    section('Evaluations', [
      ['A', first],
      ['B', second],
    ]),
    ...(notes.length > 0 ? [notes.map((note) => wrap(note)).join('\n')] : []),
    section('Images', counts(compared), [1]),
    section('B against A', differences(compared)),
    classes(compared.classes),
    ...imagesOf('Broken: A was right', lists.broken, ({ second: { guess } }) => takenFor(guess)),
    ...imagesOf('Fixed: B is right', lists.fixed, ({ first: { guess } }) => takenFor(guess)),
    ...imagesOf('Wrong in both', lists.bothWrong, (sample) => bothTaken(sample)),
    ...imagesOf('With another label', lists.relabelled, ({ second: { label } }) => `then ${label}`),
  ].join('\n\n')
}

function counts({ figures: { samples, bothRight, fixed, broken, bothWrong } }: EvaluationComparison): string[][] {
  const row = (what: string, count: number) => [what, String(count), percent(count / samples)]
  return [
    ['in both', String(samples)],
    row('right in both', bothRight),
    row('fixed: wrong in A, right in B', fixed),
    row('broken: right in A, wrong in B', broken),
    row('wrong in both', bothWrong),
  ]
}

function differences({ first, second, figures, loss }: EvaluationComparison): string[][] {
  const { difference, interval, test } = figures
  return [
    [
      'top-1',
      `${percent(first.top1)} to ${percent(second.top1)}: ${points(difference)} points, 95% interval ${between(interval, points)}`,
    ],
    ["McNemar's test", `p ${chance(test.exact)} exact, ${chance(test.midP)} mid-p`],
    [
      'loss',
      loss
        ? `${decimal(loss.first)} to ${decimal(loss.second)}: ${signed(loss.difference, 4)}, 95% interval ${between(loss.interval, (value) => signed(value, 4))}`
        : '-',
    ],
    ...(loss && loss.samples < figures.samples
      ? [['', `the loss of ${counted(loss.samples, 'image')} that have one in both`]]
      : []),
  ]
}

function classes(all: readonly ComparedClass[]): string {
  const shown = all.filter(({ samples }) => samples > 0)
  const rows = shown.map(({ name, firstRecall, secondRecall, difference, fixed, broken, samples }) => [
    name,
    percent(firstRecall!),
    percent(secondRecall!),
    points(difference!),
    ...[fixed, broken, samples].map(String),
  ])
  const head = ['', 'recall A', 'B', 'difference', 'fixed', 'broken', 'images']
  return classTable({ heading: 'Classes', head, rows, right: [1, 2, 3, 4, 5, 6] })
}

function imagesOf(
  heading: string,
  samples: readonly ComparedSample[],
  told: (sample: ComparedSample) => string,
): string[] {
  if (samples.length === 0) return []
  const rows = samples.slice(0, IMAGES).map((sample) => [sample.first.label, told(sample), placeOf(sample)])
  const title = samples.length > IMAGES ? `${heading} (${IMAGES} of ${samples.length}; --json has all)` : heading
  return [section(title, rows)]
}

/** Where an image is. */
export const placeOf = ({ path, record }: Pick<KeptSample, 'path' | 'record'>): string =>
  record === undefined ? path : `${path}, byte ${record}`
/** What the network said of an image. */
export const takenFor = (guess: string | undefined): string =>
  guess === undefined ? 'no numbers' : `taken for ${guess}`
const bothTaken = ({ first, second }: ComparedSample) =>
  first.guess === second.guess
    ? takenFor(first.guess)
    : `${takenFor(first.guess)}, then ${second.guess ?? 'no numbers'}`

const signed = (value: number, digits: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}`
/** Percentage points. */
const points = (share: number) => signed(100 * share, 1)
const between = ({ low, high }: Interval, told: (value: number) => string) => `${told(low)} to ${told(high)}`
const chance = (p: number) => (p < 0.0001 ? '< 0.0001' : `= ${p.toFixed(4)}`)
