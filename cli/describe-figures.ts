import type { EvaluationFigures } from '../shared/contract/evaluation-figures.ts'
import type { Interval } from '../shared/figures/index.ts'
import { classTable, lowestFirst } from './class-table.ts'
import { counted, decimal, percent } from './format.ts'
import { section, wrap } from './text.ts'

/** Mistakes that are told. */
const MISTAKES = 10

/** The figures of an evaluation, for people. */
export function describeFigures(title: string, figures: EvaluationFigures): string {
  const { classes, mistakes } = figures
  const head = ['', 'precision', 'recall', 'F1', 'AP', 'images']
  const shown = lowestFirst(classes, 'F1', ({ f1 }) => f1)
  const rows = shown.classes.map(({ name, precision, recall, f1, averagePrecision, support }) => [
    name,
    ...[precision, recall, f1, averagePrecision].map(share),
    String(support),
  ])
  const largest = mistakes
    .slice(0, MISTAKES)
    .map(({ label, guess, count }) => [classes[label]!.name, `taken for ${classes[guess]!.name}`, String(count)])
  return [
    section(title, overall(figures)),
    wrap(
      `After a figure stand the ends of its 95% interval: of top-1 by Wilson, of others by a bootstrap of ${figures.intervals.resamples} draws.`,
    ),
    ...(figures.ofLogits
      ? []
      : [wrap('AP, ROC area, Brier score and temperature need the logits of all classes: evaluate with --logits.')]),
    classTable({ heading: shown.heading, head, rows, right: [1, 2, 3, 4, 5] }),
    ...(largest.length > 0 ? [section('Largest mistakes', largest, [2])] : []),
  ].join('\n\n')
}

function overall({ overall: all, top5, loss, byWidth, byMass, ofLogits, intervals }: EvaluationFigures): string[][] {
  const { kappa, matthews, macro, weighted, withoutGuess } = all
  const { temperature, probabilities, meanAveragePrecision, meanRocArea } = ofLogits ?? {}
  return [
    ['images', String(all.samples)],
    ...(withoutGuess > 0 ? [['without numbers', counted(withoutGuess, 'image')]] : []),
    ['top-1', `${percent(all.accuracy)}${within(all.accuracyInterval)}`],
    ['top-5', percent(top5)],
    ['loss', loss === undefined ? '-' : `${decimal(loss)}${within(intervals.loss, decimal)}`],
    ['balanced accuracy', `${percent(all.balancedAccuracy)}${within(intervals.balancedAccuracy)}`],
    ['F1, mean of classes', `${percent(macro.f1)}${within(intervals.macro.f1)}`],
    ['F1, weighted mean', `${percent(weighted.f1)}${within(intervals.weighted.f1)}`],
    ["Cohen's kappa", `${number(kappa)}${within(intervals.kappa, number)}`],
    ['Matthews', `${number(matthews)}${within(intervals.matthews, number)}`],
    ...(ofLogits
      ? [
          ['mean AP', share(meanAveragePrecision)],
          ['mean ROC area', number(meanRocArea)],
          ['Brier score', `${number(probabilities?.brier)}${within(intervals.brier, number)}`],
        ]
      : []),
    ['calibration error', `${share(byWidth.expectedError)}${within(intervals.errorByWidth)}, bins of equal width`],
    ['', `${share(byMass.expectedError)}${within(intervals.errorByMass)}, bins of equal mass`],
    ...(temperature
      ? [
          [
            'temperature',
            `${temperature.temperature.toFixed(3)}: error ${share(temperature.before.expectedError)} to ${share(temperature.after.expectedError)} on ${counted(temperature.measured, 'image')}, fitted on ${temperature.fitted} others`,
          ],
        ]
      : []),
  ]
}

const share = (value: number | undefined) => (value === undefined ? '-' : percent(value))
const number = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(4))
const within = (between: Interval | undefined, text: (value: number) => string = percent) =>
  between ? `, ${text(between.low)} to ${text(between.high)}` : ''
