import { beforeAll, expect, it } from 'vitest'
import { explainedBy, failuresOf, knownDifferences } from './tfjs-core/known-differences.ts'
import { runSpecs, type SpecResult } from './tfjs-core/spec-results.ts'

/** What tfjs-core's own tests, which its package brings, say of our backend. */
let results: SpecResult[]
beforeAll(async () => {
  results = await runSpecs()
})

it('runs all of them', () => {
  expect(results.length).toBeGreaterThan(4000)
})

it('fails in none but the known differences', () => {
  const failures = failuresOf(results)
  const explained = new Set(knownDifferences.flatMap((difference) => explainedBy(difference, failures)))
  expect(failures.filter((failure) => !explained.has(failure))).toEqual([])
})

it.each(knownDifferences)('still differs: $reason', (difference) => {
  const failing = explainedBy(difference, failuresOf(results)).map(({ ended }) => ended)
  if (typeof difference.specs === 'number') expect(failing).toHaveLength(difference.specs)
  else expect(failing.sort()).toEqual([...difference.specs].sort())
})
