import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { listCheckpoints } from './run-folder.ts'

function makeCheckpoint(run: string, name: string, step: number) {
  const folder = join(run, 'checkpoints', name)
  mkdirSync(folder, { recursive: true })
  const file = { name: 'model.index', bytes: 3, sha256: '' }
  const manifest = { format: 1, step, epoch: step / 10, created: '', position: 0, seed: 1, tensors: [], files: [file] }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
}

it('lists complete checkpoints, and none that is half deleted or of another step', () => {
  const run = temporaryFolder()
  for (const step of [5, 30, 20]) makeCheckpoint(run, `step-${step}`, step)
  makeCheckpoint(run, 'step-7', 8)
  // As a kill leaves one while old ones are pruned, and one while it takes another's place.
  renameSync(join(run, 'checkpoints/step-5'), join(run, 'checkpoints/step-5.unfinished'))
  renameSync(join(run, 'checkpoints/step-30'), join(run, 'checkpoints/step-30.previous'))
  expect(listCheckpoints(run).map(({ name, step }) => [name, step])).toEqual([
    ['step-30', 30],
    ['step-20', 20],
  ])
})
