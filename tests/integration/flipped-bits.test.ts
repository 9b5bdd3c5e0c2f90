import fc from 'fast-check'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { readColumnFile } from '../../engine/dataset/image-index/column-file.ts'
import { openRun } from '../../engine/jobs/open-checkpoint.ts'
import { readEvents } from '../../host/runs/run-events.ts'
import { leftOutOf, listCheckpoints, storedEvaluations } from '../../host/runs/run-folder.ts'
import { readMetrics } from '../../host/runs/read-metrics.ts'
import { readRecipe, readRun } from '../../host/runs/run-store.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

/** More by hand: FLIPS=300. */
const FLIPS = Number(process.env.FLIPS ?? 60)

interface Seen {
  /** What of the files was damaged: sentences of ours. */
  readonly told: readonly string[]
  readonly content: unknown
}

/** All that the commands read of a run: what they tell, and what they go by. */
async function readAll(folder: string): Promise<Seen> {
  const told: string[] = []
  const content: unknown[] = []
  const look = async (read: () => unknown) => {
    try {
      content.push(await read())
    } catch (error) {
      told.push((error as Error).message)
    }
  }
  await look(() => readRecipe(readRun(folder)))
  await look(() => readRun(folder))
  await look(() => storedEvaluations(folder))
  // Without what nobody asks for: a checksum by a wrong name.
  await look(() => readEvents(folder).records.map(({ wall, kind, step, message }) => ({ wall, kind, step, message })))
  await look(async () => (await readMetrics(join(folder, 'metrics.jsonl'), '')).series)
  for (const checkpoint of readdirSync(join(folder, 'checkpoints')))
    await look(() => openRun({ runFolder: folder, checkpoint }))
  await look(() => listCheckpoints(folder))
  told.push(...(await leftOutOf(folder, false)))
  return { told, content }
}

const indexOf = (home: string) => join(home, 'cache', 'indexes', readdirSync(join(home, 'cache', 'indexes'))[0]!)

/** What the trainer prints, and what only TensorBoard reads, which has checksums of its own there. */
const isOthers = (file: string) => file.endsWith('trainer.log') || file.includes('tensorboard')

it('a bit that flips in any file of a home is told, makes a cache be made anew, or changes nothing', async () => {
  const home = temporaryFolder()
  const dataset = await makeTinyDataset(temporaryFolder())
  const options = ['--dataset', dataset, '--set', 'data.batchSize=8', '--set', 'schedule.epochs=2']
  const trained = await runCli(home, 'train', '--preset', 'demo', ...options, '--set', 'run.logEvery=1', '--json')
  expect(trained.status, trained.stderr).toBe(0)
  expect((await runCli(home, 'evaluate', 'last')).status).toBe(0)
  const { folder } = JSON.parse(trained.stdout) as { folder: string }
  const before = await readAll(folder)
  expect(before.told).toEqual([])

  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isOthers(file))
    .sort()
  const unnoticed: string[] = []
  /** @param place 0 to 1 */
  const flip = async (file: string, place: number) => {
    const whole = readFileSync(file)
    const bit = Math.floor(place * 8 * whole.length)
    const flipped = Buffer.from(whole)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    writeFileSync(file, flipped)
    try {
      if (file.startsWith(join(home, 'cache'))) return readColumnFile(indexOf(home)) === undefined
      const after = await readAll(folder)
      return after.told.length > 0 || JSON.stringify(after.content) === JSON.stringify(before.content)
    } finally {
      writeFileSync(file, whole)
    }
  }
  const place = fc.noBias(fc.nat(2 ** 31 - 1)).map((value) => value / 2 ** 31)
  await fc.assert(
    fc.asyncProperty(fc.noBias(fc.nat(files.length - 1)), place, async (which, where) => {
      const file = files[which]!
      if (!(await flip(file, where))) unnoticed.push(`${relative(home, file)} at ${where}`)
    }),
    { numRuns: FLIPS, seed: 1 },
  )
  // The end of a file is a place of its own.
  for (const file of files) if (!(await flip(file, 1 - 1e-9))) unnoticed.push(`${relative(home, file)} at its end`)
  if (FLIPS > 60) console.log(`${files.length} files, ${FLIPS} flips, unnoticed:`, unnoticed)
  expect(unnoticed).toEqual([])
}, 300_000)
