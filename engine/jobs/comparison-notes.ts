import type { CompareEvaluationsRequest, ComparedEvaluation } from '../../shared/contract/evaluation-comparison.ts'
import type { RowPairs } from '../../shared/figures/index.ts'
import type { KeptPredictions } from './kept-predictions.ts'

interface Compared {
  readonly request: CompareEvaluationsRequest
  readonly kept: { readonly first: KeptPredictions; readonly second: KeptPredictions }
  readonly sides: { readonly first: ComparedEvaluation; readonly second: ComparedEvaluation }
  readonly common: RowPairs
  readonly relabelled: RowPairs
}

/** What is to be known of a comparison of A and B: a sentence each. */
export function comparisonNotes({ request, kept, sides, common, relabelled }: Compared): string[] {
  const [a, b] = [kept.first.report, kept.second.report]
  const same = request.first === request.second
  return [
    ...(same ? ['A and B are the same evaluation, so nothing differs.'] : []),
    ...(a.dataset === b.dataset
      ? []
      : [
          `A is of ${a.dataset}, B of ${b.dataset}: images are taken for the same where their paths within these folders are.`,
        ]),
    ...aloneNote('A', kept.first, common.first),
    ...aloneNote('B', kept.second, common.second),
    ...relabelledNote(kept, relabelled),
    ...classesNote('A', 'B', sides.first.classesAlone),
    ...classesNote('B', 'A', sides.second.classesAlone),
  ]
}

function aloneNote(side: string, { table: { rows, columns } }: KeptPredictions, common: Int32Array): string[] {
  const alone = rows - common.length
  if (alone === 0) return []
  const known = new Uint8Array(rows)
  for (const row of common) known[row] = 1
  const first = columns.path.at(known.indexOf(0))
  return [
    alone === 1
      ? `1 image is in ${side} only, and left out: ${first}.`
      : `${alone} images are in ${side} only, and left out, such as ${first}.`,
  ]
}

function relabelledNote({ first, second }: Compared['kept'], pairs: RowPairs): string[] {
  const count = pairs.first.length
  if (count === 0) return []
  const example = relabelledExample(first, second, pairs)
  return [
    count === 1
      ? `1 image has another label in B than in A, and is left out: ${example}. The dataset changed in between.`
      : `${count} images have another label in B than in A, and are left out, such as ${example}. The dataset changed in between.`,
  ]
}

/** The first of some images whose labels differ, with both. */
export function relabelledExample(first: KeptPredictions, second: KeptPredictions, pairs: RowPairs): string {
  const label = ({ report, samples }: KeptPredictions, row: number) => report.classes[samples.labels[row]!]!.name
  const row = pairs.first[0]!
  return `${first.table.columns.path.at(row)} (${label(first, row)}, then ${label(second, pairs.second[0]!)})`
}

/** So many classes are named. */
const NAMED = 5

function classesNote(side: string, other: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const list = `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ', ...' : ''}`
  const classes = names.length === 1 ? '1 class' : `${names.length} classes`
  return [`${side} tells apart ${classes} that ${other} does not know: ${list}.`]
}
