import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import type { StoredRun } from '../../host/runs/run-store.ts'
import { keptSamples, storedEvaluations, Workbench } from '../../host/workbench.ts'
import type { BenchmarkReport, Latency } from '../../shared/contract/trainer.ts'
import { CheckpointError, DatasetError } from '../../shared/errors.ts'
import type { NvidiaImport } from '../../shared/recipe/nvidia/import.ts'
import { resolveRecipe } from '../../shared/recipe/resolve.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { runCli, runCliWith } from '../fixtures/run-cli.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('predict', () => {
  let workbench: Workbench
  let root: string
  let run: StoredRun
  beforeAll(async () => {
    root = await makeTinyDataset(join(folder, 'halves'))
    workbench = new Workbench(new Home(join(folder, 'home')))
    // Everything that evaluation sees differently from training: another size, mirror images, averaged weights.
    const recipe = parseRecipe({
      model: { architecture: 'resnet8', padding: 'same' },
      data: {
        dataset: root,
        imageSize: 16,
        evaluationSize: 24,
        evaluationResize: 26,
        resample: 'bicubic-antialias',
        evaluationFlip: true,
        channels: 1,
        mean: [128],
        std: [64],
        batchSize: 12,
        evaluationBatchSize: 5,
      },
      optimizer: { ema: 0.5 },
      schedule: { epochs: 2, learningRate: 1 },
    })
    await (
      await workbench.train(recipe, () => undefined)
    ).outcome
    run = workbench.runs.find('last')
  })

  it('agrees with the evaluation of the same images', async () => {
    const report = await workbench.evaluate(run, { checkpoint: 'last', split: 'val' })
    const predicted = await workbench.predict(run, [join(root, 'val')], { checkpoint: 'last', top: 2 })
    let loss = 0
    for (const { name, images, correct } of report.classes) {
      const own = predicted.images.filter(({ file }) => file.startsWith(`${name}/`))
      expect(own).toHaveLength(images)
      expect(own.filter(({ classes }) => classes[0]!.name === name)).toHaveLength(correct)
      for (const { classes } of own) loss -= Math.log(classes.find((guess) => guess.name === name)!.probability)
    }
    expect(loss / report.images).toBeCloseTo(report.loss!, 5)

    // To the last bit: of the same images in the same batches the same graph is asked.
    const [kept] = storedEvaluations(run.folder)
    const keptAt = keptSamples(kept!)
    predicted.images.forEach(({ file, classes }, row) =>
      expect({ path: `val/${file}`, ...classes[0] }).toEqual({
        path: keptAt(row).path,
        name: keptAt(row).guess,
        probability: keptAt(row).probability,
      }),
    )

    // One alone is taken as it is among others.
    const alone = await workbench.predict(run, [join(root, 'val/right/3.png')], { checkpoint: 'last', top: 2 })
    const among = predicted.images.find(({ file }) => file === 'right/3.png')!
    expect(alone.images.map(({ file }) => file)).toEqual(['3.png'])
    expect(alone.images[0]!.classes.map(({ name }) => name)).toEqual(among.classes.map(({ name }) => name))
    expect(alone.images[0]!.classes[0]!.probability).toBeCloseTo(among.classes[0]!.probability, 5)
  })

  it('gives probabilities, the likeliest first, and lists what cannot be read', async () => {
    const mixed = mkdtempSync(join(folder, 'mixed-'))
    copyFileSync(join(root, 'val/left/0.png'), join(mixed, 'some name.png'))
    writeFileSync(join(mixed, 'cut.png'), readFileSync(join(root, 'val/left/0.png')).subarray(0, 60))
    writeFileSync(join(mixed, 'no.jpg'), 'no image')
    const { images, unreadable } = await workbench.predict(run, [mixed], { checkpoint: 'best', top: 5 })
    expect(images.map(({ file }) => file)).toEqual(['some name.png'])
    const probabilities = images[0]!.classes.map(({ probability }) => probability)
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a))
    expect(unreadable.map(({ file }) => file)).toEqual(['cut.png', 'no.jpg'])
  })

  it(
    'takes files and folders together, by what they hold, and tells what it passes over',
    { timeout: 120_000 },
    async () => {
      const place = mkdtempSync(join(folder, 'odd-'))
      const png = join(root, 'val/left/0.png')
      for (const name of ['photos/inner', 'others']) mkdirSync(join(place, name), { recursive: true })
      for (const name of ['photos/a', 'photos/b.jfif', 'photos/inner/c.dat', 'photos/d.jpg', 'others/e.png', '.f.png'])
        copyFileSync(png, join(place, name))
      for (const name of ['photos/notes.txt', 'photos/more.txt', 'photos/.hidden', 'others/a.odd'])
        writeFileSync(join(place, name), 'no image')
      const paths = ['photos', 'others/e.png', 'photos/inner', '.f.png', 'photos/d.jpg'].map((name) =>
        join(place, name),
      )
      const report = await workbench.predict(run, paths, { checkpoint: 'last', top: 1 })
      expect(report.root).toBe(place)
      expect(report.images.map(({ file }) => file)).toEqual([
        ...['photos/a', 'photos/b.jfif', 'photos/d.jpg', 'photos/inner/c.dat', 'others/e.png', '.f.png'],
      ])
      expect(report.passedOver).toEqual([
        { what: '.txt', reason: 'no image', files: 2, first: 'photos/more.txt' },
        { what: 'no ending', reason: 'hidden', files: 1, first: 'photos/.hidden' },
      ])

      const told = await runCli(workbench.home.root, 'predict', 'last', ...paths.slice(0, 2))
      expect(told.stdout).toMatch(/passed over\n\s+2 \.txt +no image +such as photos\/more\.txt\n/)
      const json = await runCli(workbench.home.root, 'predict', 'last', join(place, 'others'), '--json')
      expect(JSON.parse(json.stdout)).toMatchObject({
        root: join(place, 'others'),
        images: [{ file: 'e.png' }],
        passedOver: [{ what: '.odd', reason: 'no image', files: 1, first: 'a.odd' }],
      })
      rmSync(join(place, 'others', 'e.png'))
      await expect(workbench.predict(run, [join(place, 'others')], { checkpoint: 'last', top: 1 })).rejects.toThrow(
        /holds no images \(.*\), but 1 \.odd \(no image\); name/,
      )
    },
  )

  it('prints CSV, of paths that come on stdin', async () => {
    const place = mkdtempSync(join(folder, 'listed-'))
    const odd = join(place, '=odd, "name".png')
    copyFileSync(join(root, 'val/left/0.png'), odd)
    writeFileSync(join(place, 'no.png'), 'no image')
    writeFileSync(join(place, 'notes.txt'), 'no image')
    const home = workbench.home.root
    const asked = ['predict', 'last', '-', '--csv', '--checkpoint', 'last']
    const listed = `${join(root, 'val/right/3.png')}\n\n${place}\r\n`
    const { status, stdout, stderr } = await runCliWith(listed, home, ...asked)
    const rows = parse<Record<string, string>>(stdout, { columns: true })
    expect(status).toBe(0)
    expect(rows.map(({ file }) => file)).toEqual([join(root, 'val/right/3.png'), odd])
    expect(stderr).toMatch(/1 image cannot be read\n +\S+no.png +not a JPEG[^]+1 \.txt +no image/)
    const { images } = await workbench.predict(run, [join(root, 'val/right/3.png'), place], {
      ...{ checkpoint: 'last', top: 5 },
    })
    rows.forEach((row, i) =>
      expect([row['class_1'], row['probability_1'], row['class_2'], row['probability_2']]).toEqual(
        images[i]!.classes.flatMap(({ name, probability }) => [name, String(probability)]),
      ),
    )

    const none = await runCliWith('\n', home, ...asked)
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining('No path came on stdin')])
    const unreadable = await runCliWith(join(place, 'no.png'), home, ...asked)
    expect([unreadable.status, unreadable.stdout]).toEqual([1, 'file,class_1,probability_1,class_2,probability_2\n'])
  })

  it('refuses what is not there', async () => {
    const options = { checkpoint: 'last', top: 1 }
    await expect(workbench.predict(run, [join(folder, 'nothing')], options)).rejects.toThrow(
      new DatasetError(`There is no file or folder ${join(folder, 'nothing')}; check the path.`),
    )
    await expect(workbench.predict(run, [mkdtempSync(join(folder, 'empty-'))], options)).rejects.toThrow(
      /holds no images/,
    )
    await expect(workbench.predict(run, [root], { checkpoint: 'step-9', top: 1 })).rejects.toThrow(CheckpointError)
  })
})

describe('benchmark', () => {
  const settings = [
    'model.architecture=resnet8',
    'data.imageSize=16',
    'data.evaluationResize=16',
    'data.batchSize=4',
    'data.evaluationBatchSize=6',
    'optimizer.accumulate=2',
    'augment.mixup=0.2',
    'optimizer.ema=0.9',
  ]

  it.each([
    ['train', 8],
    ['inference', 6],
  ] as const)('measures the steps of %s', async (kind, batchSize) => {
    const { status, stdout, stderr } = await runCli(
      folder,
      'benchmark',
      kind,
      '--steps',
      '5',
      '--warmup',
      '1',
      '--classes',
      '3',
      '--json',
      ...settings.flatMap((setting) => ['--set', setting]),
    )
    expect(status, stderr).toBe(0)
    const report = JSON.parse(stdout) as BenchmarkReport
    expect(report).toMatchObject({
      kind,
      architecture: 'resnet8',
      imageSize: 16,
      batchSize,
      classes: 3,
      steps: 5,
      warmup: 1,
      devices: [expect.stringContaining('CPU:0')],
    })
    const { mean, p50, p90, p95, p99 }: Latency = report.latency
    expect(report.imagesPerSecond * mean).toBeCloseTo(batchSize, 6)
    expect(p50).toBeGreaterThan(0)
    expect([p50, p90, p95, p99]).toEqual([p50, p90, p95, p99].toSorted((a, b) => a - b))
    expect(p99).toBeGreaterThanOrEqual(mean)
  })

  it('refuses a number of steps that is none', async () => {
    const { status, stderr } = await runCli(folder, 'benchmark', 'train', '--steps', '0')
    expect([status, stderr]).toEqual([2, 'anneal: --steps must be a whole number of at least 1, not 0.\n'])
  })
})

describe('recipe import', () => {
  it('prints a recipe that can be trained by, and tells what is not in it', async () => {
    const { status, stdout, stderr } = await runCli(
      folder,
      'recipe',
      'import',
      '--nvidia',
      '--arch resnet50 --batch_size 128 --use_tf_amp --use_dali --mode evaluate',
    )
    expect(status).toBe(0)
    const recipe = resolveRecipe({ document: JSON.parse(stdout) as unknown })
    expect(recipe).toMatchObject({ data: { batchSize: 128 }, precision: { amp: 'fp16' } })
    expect(stderr).toMatch(/--use_dali +images are read and decoded by tf\.data/)
    expect(stderr).toContain('Its --mode is: anneal evaluate RUN')
  })

  it('gives everything as one document with --json', async () => {
    const { stdout, stderr } = await runCli(
      folder,
      'recipe',
      'import',
      '--json',
      '--nvidia',
      '--batch_size 128 --data_dir /data --gpu_id 1',
    )
    const { recipe, notes, command } = JSON.parse(stdout) as NvidiaImport
    expect([recipe.data.dataset, notes.map(({ flag }) => flag), command, stderr]).toEqual([
      '/data',
      ['--gpu_id'],
      'anneal train --recipe RECIPE',
      '',
    ])
  })

  it('refuses an unknown flag by name', async () => {
    const { status, stdout, stderr } = await runCli(
      folder,
      'recipe',
      'import',
      '--nvidia',
      '--batch_size 128 --use_magic',
    )
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^anneal: NVIDIA's script has no flag --use_magic; /)
  })
})
