import { cpSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { defaultMap, mapNote } from '../../shared/contract/evaluation-map.ts'
import { RunError, UsageError } from '../../shared/errors.ts'
import { openReport } from '../../storage/evaluations/open-evaluation.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { keptMap, mapEvaluation } from './evaluation-map-job.ts'
import { makeEvaluation } from './testing/make-evaluation.ts'

const WIDTH = 3
const features = (images: number) => Float32Array.from({ length: images * WIDTH }, (_, i) => 1 + Math.sin(i * i + 1))
const made = (kept?: Float32Array, images = (kept?.length ?? 9) / WIDTH) =>
  makeEvaluation(join(temporaryFolder(), 'step-1-val'), {
    rows: Array.from({ length: images }, (_, i) => [`${i}`, 'cat', 'dog', 0.5] as const),
    ...(kept && { features: kept }),
  })
const silent = () => undefined
const settings = { ...defaultMap, neighbours: 4 }
const kept = (folder: string) => keptMap(folder, openReport(folder))

it('a map is kept with its settings, and given again without being made', async () => {
  const folder = made(features(12))
  expect(kept(folder)).toBeUndefined()
  const steps = new Set<string>()
  const map = await mapEvaluation({ folder, settings }, (progress) => void steps.add(progress.phase))
  expect(steps).toEqual(new Set(['mapping']))
  expect(map.x).toHaveLength(12)
  expect(mapNote(map)).toBeUndefined()
  expect(kept(folder)).toEqual(map)
  steps.clear()
  expect(await mapEvaluation({ folder, settings }, (progress) => void steps.add(progress.phase))).toEqual(map)
  expect(steps.size).toBe(0)

  const other = await mapEvaluation({ folder, settings: { ...settings, seed: 1 } }, silent)
  expect(other).not.toEqual(map)
  expect(kept(folder)).toEqual(other)
})

it('a map of other features, or one that is damaged, counts as none', async () => {
  const [folder, anew] = [made(features(12)), made(features(12).reverse())]
  await mapEvaluation({ folder, settings }, silent)
  for (const name of ['map.arrow', 'map.json']) cpSync(join(folder, name), join(anew, name))
  expect(kept(anew)).toBeUndefined()
  const file = join(folder, 'map.arrow')
  truncateSync(file, statSync(file).size - 8)
  expect(kept(folder)).toBeUndefined()
})

it('says what it needs, and which images are not on it', async () => {
  await expect(mapEvaluation({ folder: made(), settings }, silent)).rejects.toThrow(RunError)
  for (const images of [1, 2])
    await expect(mapEvaluation({ folder: made(features(images)), settings }, silent)).rejects.toThrow(UsageError)
  const map = await mapEvaluation({ folder: made(features(9).fill(NaN, 0, WIDTH)), settings }, silent)
  expect(mapNote(map)).toBe('8 of 9 images are on the map: the features of the others are no numbers, or all 0.')
})
