import { changesText } from '../../shared/contract/changes-text.ts'
import type { EvaluationComparison } from '../../shared/contract/evaluation-comparison.ts'
import type { PicturedSamples } from '../../shared/contract/evaluation-report.ts'
import { formatAmount, formatCount, formatNumber, formatPercent } from '../../shared/format-number.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { notesOf, recipeAndEnvironment, type Trained } from './background.ts'
import { guessText, pictures } from './pictures.ts'
import { facts, figures, paragraph, section, shell, table, type Html } from './shell.ts'

/** One of the evaluations that are compared. */
export interface ComparedSide {
  readonly title: string
  readonly report: EvaluationReport
  readonly trained?: Trained
}

export type ChangeKind = 'broken' | 'fixed' | 'bothWrong'

/** What the page of a comparison is made of: B against A. */
export interface ComparisonPage {
  readonly a: ComparedSide
  readonly b: ComparedSide
  readonly comparison: EvaluationComparison
  /** The first images of each list, as A and as B have them. */
  readonly samples: Readonly<Record<ChangeKind, { readonly a: PicturedSamples; readonly b: PicturedSamples }>>
}

const CLASSES = 200

const lists = [
  { kind: 'broken', title: 'Broken: right in A, wrong in B' },
  { kind: 'fixed', title: 'Fixed: wrong in A, right in B' },
  { kind: 'bothWrong', title: 'Wrong in both' },
] as const

/** Two evaluations of the same images as one page of HTML that needs nothing beside it. */
export function comparisonHtml(page: ComparisonPage): Html {
  const { a, b, comparison, samples } = page
  const isOneRun = a.trained !== undefined && a.trained.run.id === b.trained?.run.id
  const told = notesOf([...comparison.notes, changesText(samples.broken.a.changes)])
  return shell('Two evaluations', `A: ${a.title}. B: ${b.title}.`, [
    told,
    figures(overall(comparison)),
    section('Images', facts(counts(comparison))),
    section('Classes', ...classes(comparison)),
    ...lists.map(({ kind, title }) =>
      section(`${title} (${formatAmount(comparison[kind].first.length, 'image')})`, changed(page, kind)),
    ),
    ...recipeAndEnvironment(a.trained, isOneRun ? '' : ' of A'),
    ...(isOneRun ? [] : recipeAndEnvironment(b.trained, ' of B')),
  ])
}

const signed = (value: number, text: (size: number) => string) => `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`
const points = (value: number) => signed(value, (size) => formatPercent(size, 2))

function overall({ first, second, figures: found, loss }: EvaluationComparison) {
  const nats = (value: number) => signed(value, (size) => formatNumber(size))
  return [
    { name: 'Top-1 of A', value: formatPercent(first.top1, 2) },
    { name: 'Top-1 of B', value: formatPercent(second.top1, 2) },
    {
      name: 'Top-1, B less A',
      value: points(found.difference),
      note: `95% interval ${points(found.interval.low)} to ${points(found.interval.high)}`,
    },
    {
      name: "McNemar's test",
      value: `p = ${formatNumber(found.test.exact, 3)}`,
      note: `mid-p ${formatNumber(found.test.midP, 3)}`,
    },
    ...(loss
      ? [
          {
            name: 'Loss, B less A',
            value: nats(loss.difference),
            note: `95% interval ${nats(loss.interval.low)} to ${nats(loss.interval.high)}`,
          },
        ]
      : []),
  ]
}

function counts({ figures: { samples, bothRight, fixed, broken, bothWrong } }: EvaluationComparison) {
  const share = (count: number) => `${formatCount(count)} (${formatPercent(count / samples, 1)})`
  return [
    ['In both', formatCount(samples)],
    ['Right in both', share(bothRight)],
    ['Fixed: wrong in A, right in B', share(fixed)],
    ['Broken: right in A, wrong in B', share(broken)],
    ['Wrong in both', share(bothWrong)],
  ] as const
}

function classes({ classes: all }: EvaluationComparison): Html[] {
  const recall = (value: number | undefined) => (value === undefined ? '–' : formatPercent(value, 1))
  const rows = all
    .slice(0, CLASSES)
    .map((one) => [
      one.name,
      ...[formatCount(one.samples), recall(one.firstRecall), recall(one.secondRecall)],
      ...[formatCount(one.fixed), formatCount(one.broken)],
    ])
  const numbers = ['Images', 'Recall A', 'Recall B', 'Fixed', 'Broken'].map((title) => ({ title, isNumber: true }))
  return [
    all.length > CLASSES
      ? paragraph(`The ${CLASSES} with the largest differences of ${formatCount(all.length)}.`, 'soft')
      : '',
    table('Classes', [{ title: 'Class' }, ...numbers], rows),
  ]
}

function changed({ a, b, samples }: ComparisonPage, kind: ChangeKind): Html {
  const side = samples[kind]
  if (side.a.samples.length === 0) return paragraph('None.', 'soft')
  const nameIn =
    ({ report }: ComparedSide) =>
    (label: number) =>
      report.classes[label]!.name
  const list = pictures(side.a.samples, (sample, i) => {
    const other = side.b.samples[i]!
    return `${nameIn(a)(sample.label)}: A ${guessText(sample, nameIn(a))}, B ${guessText(other, nameIn(b))}`
  })
  return `${side.a.problem === undefined ? '' : paragraph(side.a.problem, 'note')}${list}`
}
