import type { OpenedEvaluation } from '../../shared/contract/evaluations.ts'

/** Of some samples what the report has of all: their mean loss, of those that have one, and how many are in the top five. */
export function meansOf({ losses, inTop5 }: Pick<OpenedEvaluation, 'losses' | 'inTop5'>, rows: Int32Array) {
  const known = rows.filter((row) => !Number.isNaN(losses[row]!))
  const sum = (values: ArrayLike<number>, of: Int32Array) => of.reduce((total, row) => total + values[row]!, 0)
  return {
    loss: known.length > 0 ? sum(losses, known) / known.length : null,
    top5: sum(inTop5, rows) / rows.length,
  }
}
