import { html } from 'ghtml'
import { changesText } from '../../shared/contract/changes-text.ts'
import type { EvaluationFigures } from '../../shared/contract/evaluation-figures.ts'
import type { EvaluationDrawings, PicturedSamples } from '../../shared/contract/evaluation-report.ts'
import type { DatasetReport } from '../../shared/contract/trainer.ts'
import type { MetricSeries } from '../../shared/contract/workbench.ts'
import type { Interval, Reliability } from '../../shared/figures/index.ts'
import { formatAmount, formatCount, formatNumber, formatPercent } from '../../shared/format-number.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { dataChecks, notesOf, recipeAndEnvironment, type Trained } from './background.ts'
import { guessText, pictures } from './pictures.ts'
import { plot, type Line } from './plot.ts'
import { figures, paragraph, section, shell, table, type Column, type Html } from './shell.ts'

/** What the page of an evaluation is made of. */
export interface EvaluationPage {
  readonly title: string
  readonly report: EvaluationReport
  readonly figures: EvaluationFigures
  readonly drawings: EvaluationDrawings
  /** Those with the highest loss. */
  readonly worst: PicturedSamples
  readonly trained?: Trained
  readonly metrics: readonly MetricSeries[]
  /** What a check of the dataset said, or why there was none. */
  readonly check: DatasetReport | string
}

/** Classes, and mistakes, that are told. */
const CLASSES = 1000
const MISTAKES = 50

/** An evaluation as one page of HTML that needs nothing beside it. */
export function evaluationHtml(page: EvaluationPage): Html {
  const { title, report, worst, trained, check } = page
  const { checkpoint, split, dataset, images, notes = [] } = report
  const told = notesOf([...notes, changesText(worst.changes)])
  const subtitle = `${checkpoint} on ${dataset} (${split}), ${formatAmount(images, 'image')}`
  return shell(title, subtitle, [
    told,
    figures(overall(page)),
    section('Curves', curves(page)),
    section('Confusion', confusion(page)),
    section('Classes', ...classes(page.figures)),
    section('Largest errors', ...worstErrors(page)),
    ...recipeAndEnvironment(trained),
    section('Data', dataChecks(check)),
  ])
}

function overall({ report, figures }: EvaluationPage) {
  const { overall: all, top5, loss, byWidth, byMass, ofLogits, intervals } = figures
  const number = (value: number | undefined) => (value === undefined ? '–' : formatNumber(value))
  const share = (value: number | undefined) => (value === undefined ? '–' : formatPercent(value, 2))
  const { temperature, probabilities, meanAveragePrecision } = ofLogits ?? {}
  return [
    { name: 'Top-1', value: share(all.accuracy), ...within(all.accuracyInterval) },
    ...(report.classes.length > 5 ? [{ name: 'Top-5', value: share(top5) }] : []),
    { name: 'Loss', value: number(loss), ...within(intervals.loss, formatNumber) },
    { name: 'Balanced accuracy', value: share(all.balancedAccuracy), ...within(intervals.balancedAccuracy) },
    { name: 'Macro F1', value: share(all.macro.f1), ...within(intervals.macro.f1) },
    { name: "Cohen's kappa", value: number(all.kappa), ...within(intervals.kappa, formatNumber) },
    { name: 'Matthews correlation', value: number(all.matthews), ...within(intervals.matthews, formatNumber) },
    ...(ofLogits
      ? [
          { name: 'Mean average precision', value: share(meanAveragePrecision) },
          {
            name: 'Brier score',
            value: number(probabilities?.brier),
            ...within(intervals.brier, formatNumber),
          },
        ]
      : []),
    { name: 'Calibration error', value: share(byWidth.expectedError), ...within(intervals.errorByWidth) },
    { name: 'The same, equal mass', value: share(byMass.expectedError), ...within(intervals.errorByMass) },
    ...(temperature
      ? [
          {
            name: 'Temperature',
            value: formatNumber(temperature.temperature),
            note: `takes the error from ${share(temperature.before.expectedError)} to ${share(temperature.after.expectedError)} on ${formatAmount(temperature.measured, 'image')}`,
          },
        ]
      : []),
    ...(all.withoutGuess > 0 ? [{ name: 'Without a number', value: formatCount(all.withoutGuess) }] : []),
  ]
}

const percent = (value: number) => formatPercent(value, 2)
const between = ({ low, high }: Interval, text = percent) => `${text(low)} to ${text(high)}`
const within = (interval: Interval | undefined, text = percent) =>
  interval ? { note: `95% interval ${between(interval, text)}` } : {}

function curves({ figures: { byWidth }, drawings: { coverage }, metrics }: EvaluationPage): Html {
  const unit = { xMost: 1, yMost: 1 }
  const drawn = [
    plot({
      title: 'Confidence and how often it is right, by bins',
      ...{ xTitle: 'Confidence', yTitle: 'Right', diagonal: true, ...unit },
      lines: [binLine(byWidth)],
    }),
    plot({
      title: 'Accuracy of the guesses that are taken, by how many are',
      ...{ xTitle: 'Images taken, the most confident first', yTitle: 'Right', ...unit },
      lines: [{ ...coverage, title: 'Accuracy' }],
    }),
    ...training(metrics),
  ]
  return html`<div class="plots">!${drawn.join('\n')}</div>`
}

const binLine = ({ bins }: Reliability): Line => ({
  x: bins.map(({ confidence = NaN }) => confidence),
  y: bins.map(({ accuracy = NaN }) => accuracy),
  title: 'Bins',
  isDots: true,
})

const splitNames = { train: 'Training', val: 'Validation' } as const

/** How the run was trained; nothing where there is no record of it. */
function training(metrics: readonly MetricSeries[]): Html[] {
  return (['top1', 'loss'] as const).flatMap((wanted) => {
    const found = metrics.filter(({ metric, epochs }) => metric === wanted && epochs.length > 0)
    if (found.length === 0) return []
    const most = (lists: readonly Float64Array[]) =>
      lists.reduce((all, list) => list.reduce((a, b) => (Number.isFinite(b) ? Math.max(a, b) : a), all), 0)
    return [
      plot({
        title: `${wanted === 'top1' ? 'Top-1' : 'Loss'} in training`,
        ...{ xTitle: 'Epoch', yTitle: wanted === 'top1' ? 'Top-1' : 'Loss' },
        // Nudged off 1, which stands for a share.
        xMost: most(found.map(({ epochs }) => epochs)) + 1e-9,
        yMost: wanted === 'top1' ? 1 : most(found.map(({ values }) => values)) + 1e-9,
        lines: found.map(({ split, epochs, values }) => ({ x: epochs, y: values, title: splitNames[split] })),
      }),
    ]
  })
}

function confusion({ report, figures: { mistakes }, drawings }: EvaluationPage): Html {
  const names = report.classes.map(({ name }) => name)
  if (drawings.confusion) return matrix(names, drawings.confusion)
  const rows = mistakes
    .slice(0, MISTAKES)
    .map(({ label, guess, count }) => [names[label]!, guess < 0 ? 'no guess' : names[guess]!, formatCount(count)])
  const columns = [{ title: 'Label' }, { title: 'Taken for' }, { title: 'Images', isNumber: true }]
  return [
    paragraph(
      `The largest mistakes: the whole matrix of ${formatCount(names.length)} classes has no room here.`,
      'soft',
    ),
    table('Largest mistakes', columns, rows),
  ].join('')
}

/** Rows are labels, columns guesses; the darker a cell, the larger its share of the label. */
function matrix(names: readonly string[], counts: Int32Array): Html {
  const width = names.length + 1
  const noGuess = names.some((_, label) => counts[label * width + names.length]! > 0)
  const guesses = noGuess ? [...names, 'no guess'] : names
  const head = guesses.map((name) => html`<th scope="col">${name}</th>`).join('')
  const body = names.map((name, label) => {
    const row = counts.subarray(label * width, (label + 1) * width)
    const total = row.reduce((sum, count) => sum + count, 0)
    const cells = guesses.map((_, guess) => {
      const share = total === 0 ? 0 : row[guess]! / total
      const colour = guess === label ? '45,122,63' : '168,80,28'
      return html`<td style="background:rgba(${colour},${(0.45 * share).toFixed(3)})">
        ${row[guess]! > 0 ? formatCount(row[guess]!) : ''}
      </td>`
    })
    return html`<tr>
      <th scope="row">${name}</th>
      !${cells.join('')}
    </tr>`
  })
  return html`<p class="soft">Rows are labels, columns what they were taken for.</p>
    <div class="scroll" role="region" tabindex="0" aria-label="Confusion matrix">
      <table class="matrix">
        <thead>
          <tr>
            <td></td>
            !${head}
          </tr>
        </thead>
        <tbody>
          !${body.join('\n')}
        </tbody>
      </table>
    </div>`
}

const numbers = (...titles: readonly string[]): Column[] => titles.map((title) => ({ title, isNumber: true }))

function classes({ classes: all }: EvaluationFigures): Html[] {
  const share = (value: number | undefined) => (value === undefined ? '–' : formatPercent(value, 1))
  const worst = all.length > CLASSES ? [...all].sort((a, b) => (a.f1 ?? 2) - (b.f1 ?? 2)).slice(0, CLASSES) : all
  const rows = worst.map((one) => [
    one.name,
    formatCount(one.support),
    share(one.precision),
    share(one.recall),
    one.recallInterval ? between(one.recallInterval) : '–',
    share(one.f1),
    share(one.averagePrecision),
  ])
  const columns = [{ title: 'Class' }, ...numbers('Images', 'Precision', 'Recall', '95% interval', 'F1', 'AP')]
  return [
    worst === all ? '' : paragraph(`The ${CLASSES} with the lowest F1 of ${formatCount(all.length)}.`, 'soft'),
    table('Classes', columns, rows),
  ]
}

function worstErrors({ report, worst }: EvaluationPage): Html[] {
  if (worst.samples.length === 0) return [paragraph('Every image was guessed right.', 'soft')]
  const nameOf = (label: number) => report.classes[label]!.name
  return [
    worst.problem === undefined ? '' : paragraph(worst.problem, 'note'),
    pictures(worst.samples, (sample) => `${nameOf(sample.label)}, taken for ${guessText(sample, nameOf)}`),
  ]
}
