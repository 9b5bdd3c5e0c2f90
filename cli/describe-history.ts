import type { KeptSample } from '../host/workbench.ts'
import type { EvaluationHistory } from '../shared/contract/evaluation-history.ts'
import { classTable } from './class-table.ts'
import { placeOf, takenFor } from './describe-comparison.ts'
import { counted, percent } from './format.ts'
import { section, wrap } from './text.ts'

/** Images of each kind, and checkpoints beside each other, that are told. */
const IMAGES = 10
const COLUMNS = 5

export interface ForgottenSample extends KeptSample {
  /** How often. */
  readonly times: number
  /** The first checkpoint that had it right. */
  readonly learned: string
}

interface Lists {
  readonly forgotten: readonly ForgottenSample[]
  readonly neverLearned: readonly KeptSample[]
}

/** How images fared over the checkpoints of a run, for people. */
export function describeHistory(title: string, history: EvaluationHistory, { forgotten, neverLearned }: Lists): string {
  const { images, notes, kept } = history
  const row = (what: string, count: number) => [what, String(count), percent(count / images)]
  return [
    section(
      title,
      [
        ['images', String(images)],
        row('learned and kept', kept),
        row('learned and forgotten, once at least', history.forgotten),
        row('never learned', history.neverLearned),
      ],
      [1, 2],
    ),
    ...(notes.length > 0 ? [notes.map((note) => wrap(note)).join('\n')] : []),
    checkpoints(history),
    classes(history),
    ...imagesOf('Most often forgotten', forgotten, ({ times, learned }) => [
      times === 1 ? 'once' : `${times} times`,
      `learned at ${learned}`,
    ]),
    ...imagesOf('Never learned', neverLearned, ({ guess }) => [takenFor(guess)]),
  ].join('\n\n')
}

function checkpoints({ checkpoints: all, images }: EvaluationHistory): string {
  const rows = all.map(({ name, right, learned, forgotten }) => [
    name,
    percent(right / images),
    String(learned),
    String(forgotten),
  ])
  return section('Checkpoints', [['', 'top-1', 'learned', 'forgotten'], ...rows], [1, 2, 3])
}

/**
 * The recall of classes, those first that fell most from their best, at as many checkpoints as have room: the first, the
 * last, and some between.
 */
function classes({ checkpoints: all, classes: byClass }: EvaluationHistory): string {
  const columns = Math.min(COLUMNS, all.length)
  const shown = Array.from({ length: columns }, (_, i) => Math.round((i * (all.length - 1)) / Math.max(1, columns - 1)))
  const fallen = byClass
    .filter(({ samples }) => samples > 0)
    .map(({ name, recalls }) => ({ name, recalls, fall: Math.max(...recalls) - recalls.at(-1)! }))
    .sort((a, b) => b.fall - a.fall)
  const rows = fallen.map(({ name, recalls, fall }) => [
    name,
    ...shown.map((i) => percent(recalls[i]!)),
    fall === 0 ? '0.0' : (-100 * fall).toFixed(1),
  ])
  const head = ['', ...shown.map((i) => all[i]!.name), 'from best']
  const some = columns < all.length ? ` at ${columns} of ${counted(all.length, 'checkpoint')}` : ''
  return classTable({ heading: `Recall of the classes${some}`, head, rows, right: [1, 2, 3, 4, 5, 6] })
}

function imagesOf<S extends KeptSample>(
  heading: string,
  samples: readonly S[],
  told: (sample: S) => string[],
): string[] {
  if (samples.length === 0) return []
  const rows = samples.slice(0, IMAGES).map((sample) => [sample.label, ...told(sample), placeOf(sample)])
  return [
    section(samples.length > IMAGES ? `${heading} (${IMAGES} of ${samples.length}; --json has all)` : heading, rows),
  ]
}
