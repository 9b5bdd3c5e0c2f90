import { readFileSync } from 'node:fs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @type {Counts} */
export const none = { passed: 0, failed: 0, skipped: 0 }

/** @type {(all: Counts[]) => Counts} */
export const sum = (all) =>
  all.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    none,
  )

/** @type {(counts: Counts) => string} */
export const summary = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

/**
 * The figures of vitest's JSON report. A file that failed without a failed test (it does not load, a hook
 * throws, its process died) counts as one failure, and so does a status other than 0 that nothing in the report explains.
 *
 * @param {string} file
 * @param {number} status how vitest ended
 * @returns {Counts}
 */
export function countVitest(file, status) {
  const counts = readReport(file)
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

function readReport(file) {
  try {
    const { testResults } = JSON.parse(readFileSync(file, 'utf8'))
    return sum(testResults.map(countFile))
  } catch {
    return { ...none, failed: 1 }
  }
}

function countFile({ status, assertionResults }) {
  const having = (...states) => assertionResults.filter((result) => states.includes(result.status)).length
  const failed = having('failed')
  const counts = { passed: having('passed'), failed, skipped: having('skipped', 'pending', 'todo', 'disabled') }
  return status === 'failed' && failed === 0 ? { ...counts, failed: 1 } : counts
}
