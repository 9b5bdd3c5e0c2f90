import type { EvaluationFigures } from '../shared/contract/evaluation-figures.ts'
import type { Interval } from '../shared/figures/index.ts'
import { counted, decimal, percent } from './format.ts'
import { section } from './text.ts'

/** Mistakes that are told. */
const MISTAKES = 10

/** The figures of an evaluation, for people. */
export function describeFigures(title: string, figures: EvaluationFigures): string {
  const { classes, mistakes } = figures
  const head = ['', 'precision', 'recall', 'F1', 'AP', 'images']
  const rows = classes.map(({ name, precision, recall, f1, averagePrecision, support }) => [
    name,
    ...[precision, recall, f1, averagePrecision].map(share),
    String(support),
  ])
  const largest = mistakes
    .slice(0, MISTAKES)
    .map(({ label, guess, count }) => [classes[label]!.name, `taken for ${classes[guess]!.name}`, String(count)])
  return [
    section(title, overall(figures)),
    section('Classes', [head, ...rows], [1, 2, 3, 4, 5]),
    ...(largest.length > 0 ? [section('Largest mistakes', largest, [2])] : []),
  ].join('\n\n')
}

function overall({ overall: all, top5, loss, byWidth, byMass, ofLogits }: EvaluationFigures): string[][] {
  const { kappa, matthews, macro, weighted, withoutGuess } = all
  const { temperature, probabilities, meanAveragePrecision, meanRocArea } = ofLogits ?? {}
  return [
    ['images', String(all.samples)],
    ...(withoutGuess > 0 ? [['without numbers', counted(withoutGuess, 'image')]] : []),
    ['top-1', `${percent(all.accuracy)}, 95% interval ${interval(all.accuracyInterval)}`],
    ['top-5', percent(top5)],
    ['loss', loss === undefined ? '-' : decimal(loss)],
    ['balanced accuracy', percent(all.balancedAccuracy)],
    ['F1', `${percent(macro.f1)} macro, ${percent(weighted.f1)} weighted`],
    ["Cohen's kappa", number(kappa)],
    ['Matthews', number(matthews)],
    ...(ofLogits
      ? [
          ['mean AP', share(meanAveragePrecision)],
          ['mean ROC area', number(meanRocArea)],
          ['Brier score', number(probabilities?.brier)],
        ]
      : []),
    [
      'calibration error',
      `${share(byWidth.expectedError)} of bins of equal width, ${share(byMass.expectedError)} of equal mass`,
    ],
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
const interval = ({ low, high }: Interval) => `${percent(low)} to ${percent(high)}`
