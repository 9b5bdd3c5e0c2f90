import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Graph, Session, Tensor, type Output } from '../../engine/tensorflow/c-api/index.ts'
import { Home } from '../../host/machine/home.ts'
import type { StoredRun } from '../../host/runs/run-store.ts'
import { Workbench } from '../../host/workbench.ts'
import type { ExportReport } from '../../shared/contract/trainer.ts'
import { StorageError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { storedTensor } from '../fixtures/stored-tensor.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

let folder: string
let root: string
let home: string
let workbench: Workbench
let run: StoredRun
beforeAll(async () => {
  // TensorFlow's restore takes its path for a pattern.
  folder = mkdtempSync(join(tmpdir(), 'anneal [export] a\\b*?-'))
  root = await makeTinyDataset(join(folder, 'halves'))
  home = join(folder, 'home')
  workbench = new Workbench(new Home(home))
  const recipe = parseRecipe({
    model: { architecture: 'resnet8', padding: 'same' },
    // The images have this size already, so that a file's pixels are what the network is given.
    data: {
      dataset: root,
      imageSize: 28,
      evaluationResize: 28,
      resample: 'bilinear-antialias',
      evaluationFlip: true,
      channels: 1,
      mean: [128],
      std: [64],
      batchSize: 12,
      evaluationBatchSize: 16,
    },
    optimizer: { ema: 0.5 },
    schedule: { epochs: 2, learningRate: 0.1 },
    precision: { quantize: 'asymmetric', quantizeDelay: 2 },
  })
  await (
    await workbench.train(recipe, () => undefined)
  ).outcome
  run = workbench.runs.find('last')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A SavedModel as anybody loads it: a graph, a session, and its operations by name. */
function load(path: string) {
  const graph = new Graph()
  const session = Session.load(path, 'serve', graph)
  const operations = new Map(graph.operations().map((operation) => [operation.name, operation]))
  const output = (name: string): Output => ({ oper: operations.get(name)!.pointer, index: 0 })
  const fetch = async (name: string, feeds: [Output, Tensor][] = []) => {
    const [fetched] = await session.run({ feeds, fetches: [output(name)] })
    using tensor = fetched!
    return [...tensor.data<'float32'>()]
  }
  const dispose = () => {
    session.dispose()
    graph.dispose()
  }
  return { operations, output, fetch, [Symbol.dispose]: dispose }
}

describe('an exported model', () => {
  let out: string
  let report: ExportReport
  beforeAll(async () => {
    out = join(folder, 'models/halves')
    report = await workbench.exportModel(run, out, 'last')
  })

  it('is told of, and leaves nothing unfinished', () => {
    expect(report).toMatchObject({
      folder: out,
      format: 'saved-model',
      architecture: 'resnet8',
      input: { name: 'images', shape: [null, 28, 28, 1] },
      resize: 28,
      resample: 'bilinear-antialias',
      classes: 2,
      quantize: 'asymmetric',
    })
    expect(report.difference).toBeLessThan(1e-5)
    expect(readdirSync(join(folder, 'models'))).toEqual(['halves'])
    expect(readFileSync(join(out, 'assets.extra/classes.txt'), 'utf8')).toBe('left\nright\n')
  })

  it('answers what the run predicts, for any number of images', async () => {
    const names = ['left/1.png', 'right/4.png', 'right/7.png']
    const predicted = await workbench.predict(run, [join(root, 'val')], { checkpoint: 'last', top: 2 })
    const pixels = await Promise.all(
      names.map((name) =>
        sharp(join(root, 'val', name))
          .extractChannel(0)
          .raw()
          .toBuffer(),
      ),
    )
    using model = load(out)
    using images = Tensor.from('uint8', [names.length, 28, 28, 1], new Uint8Array(Buffer.concat(pixels)))
    const answers = await model.fetch('probabilities', [[model.output('images'), images]])
    const expected = names.flatMap((name) =>
      ['left', 'right'].map(
        (label) =>
          predicted.images.find(({ file }) => file === name)!.classes.find((guess) => guess.name === label)!
            .probability,
      ),
    )
    answers.forEach((answer, i) => expect(answer).toBeCloseTo(expected[i]!, 5))
    expect(answers).toHaveLength(6)
  })

  it('has its weights in it, and the ranges that its activations are rounded by', async () => {
    using model = load(out)
    const types = [...model.operations.values()].map(({ type }) => type)
    expect(types.filter((type) => /Var(Handle|iable)Op$|Restore/.test(type))).toEqual([])
    expect(types.filter((type) => type === 'FakeQuantWithMinMaxVars').length).toBeGreaterThan(20)
    const ranges = [...model.operations.keys()].filter((name) => /output_(min|max)$/.test(name))
    expect(ranges.length).toBeGreaterThan(10)
    // Padded as TensorFlow does it: its convolutions do that themselves.
    expect(types).not.toContain('Pad')
    const checkpoint = join(run.folder, 'checkpoints', report.checkpoint)
    for (const name of ranges.slice(0, 4))
      expect(await model.fetch(name)).toEqual(await storedTensor(checkpoint, `ema/${name}`))
  })
})

it('is written by the command line too', async () => {
  const out = join(folder, 'by-command')
  const { status, stdout, stderr } = await runCli(home, 'export', 'last', '--out', out, '--json')
  expect([status, stderr]).toEqual([0, ''])
  expect(JSON.parse(stdout)).toMatchObject({ run: run.id, folder: out, step: expect.any(Number) as number })
  expect(existsSync(join(out, 'saved_model.pb'))).toBe(true)
  rmSync(out, { recursive: true })
})

it('writes over nothing, and leaves nothing where it fails', async () => {
  const full = join(folder, 'full')
  mkdirSync(join(full, 'mine'), { recursive: true })
  await expect(workbench.exportModel(run, full, 'best')).rejects.toThrow(
    new StorageError(`${full} is there already; name another folder, or delete it.`),
  )
  await expect(workbench.exportModel(run, join(folder, 'none'), 'step-999')).rejects.toThrow(
    /has no complete checkpoint "step-999"/,
  )
  expect(existsSync(join(folder, 'none'))).toBe(false)
  await expect(workbench.exportModel(run, join(root, 'val/left/0.png/model'), 'best')).rejects.toThrow(StorageError)
  expect(readdirSync(folder).sort()).toEqual(['full', 'halves', 'home', 'models'])
})
