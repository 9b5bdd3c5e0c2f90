import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openLogits, openPredictions } from '../../storage/evaluations/open-evaluation.ts'
import type { ToldOfModel } from '../../shared/contract/served-model.ts'
import type { EvaluateModelRequest } from '../../shared/contract/trainer.ts'
import { CheckpointError, DatasetError, ModelError, UsageError } from '../../shared/errors.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { put, raw } from '../dataset/testing/image-files.ts'
import { savedModel, type Signature } from '../export/saved-model.ts'
import { liveObjects } from '../tensorflow/c-api/index.ts'
import { GraphBuilder, type Operation, type Output } from '../tensorflow/graph/builder.ts'
import { evaluateModel } from './evaluate-model-job.ts'

const keras = join(import.meta.dirname, '../../tests/fixtures/keras-model')
const SIDE = 4

let root: string
let model: string
beforeEach(async () => {
  root = temporaryFolder()
  model = join(temporaryFolder(), 'model')
  for (const [j, name] of ['one', 'two', 'three'].entries()) await putFormula(`${name}/${j}.png`, j)
})

/** The images of `make.py` beside the Keras model. */
async function putFormula(path: string, j: number): Promise<void> {
  const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (7 * i + 40 * j) % 256)
  put(join(root, path), await raw(pixels, SIDE, SIDE).png().toBuffer())
}

/** Writes a SavedModel of a graph of our own, under names of its own. */
function save(build: (g: GraphBuilder) => Signature): void {
  using g = new GraphBuilder()
  put(join(model, 'saved_model.pb'), savedModel(g, build(g), '2.21.0'))
}

/** The mean of each channel of its input, as the numbers of three classes. */
const means = (g: GraphBuilder, images: Output, axes: readonly number[]): Output =>
  g.op('Mean', [images, g.constant(axes, 'int32')])

const told: ToldOfModel = {
  classes: ['one', 'two', 'three'],
  outputs: 'logits',
  channels: 'rgb',
  resize: SIDE,
  resample: 'bilinear',
  mean: [0],
  std: [1],
}

async function evaluate(more: Partial<EvaluateModelRequest> = {}) {
  const keepIn = temporaryFolder()
  const cacheFolder = temporaryFolder()
  const warnings: string[] = []
  const request = { model, keepIn, cacheFolder, dataset: { root }, told, ...more }
  const report = await evaluateModel(request, (told) => told.phase === 'warning' && warnings.push(told.message))
  expect(report.notes ?? []).toEqual(warnings)
  return { report, keepIn }
}

/** The logits that were kept, by image. */
async function logitsOf(more: Partial<EvaluateModelRequest> = {}) {
  const { report, keepIn } = await evaluate(more)
  const [name] = readdirSync(join(keepIn, 'evaluation'))
  const folder = join(keepIn, 'evaluation', name!)
  const { columns } = openPredictions(folder, report)
  const logits = openLogits(folder, report)!
  const width = report.classes.length
  const rows = Array.from({ length: report.images }, (_, row) => [
    columns.path.at(row),
    [...logits.subarray(width * row, width * (row + 1))],
  ])
  return { report, logits: Object.fromEntries(rows) as Record<string, number[]> }
}

/** The mean of a channel of the image j, in the order red, green, blue. */
const meanOf = (j: number, channel: number) => {
  const values = Array.from({ length: SIDE * SIDE }, (_, p) => (7 * (3 * p + channel) + 40 * j) % 256)
  return values.reduce((a, b) => a + b) / values.length
}
const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 3) as number)

describe('a SavedModel of Keras', () => {
  const of = { ...told, outputs: 'probabilities', std: [255] } as const

  it('gives the probabilities that Keras gives', async () => {
    const before = liveObjects('Tensor')
    const { report, logits } = await logitsOf({ model: keras, told: of })
    expect(report).toMatchObject({
      ...{ split: 'all', images: 3, checkpoint: 'keras-model', step: 0 },
      model: { signature: 'serving_default', layout: 'nhwc', imageSize: SIDE, std: [255] },
    })
    // As make.py prints them.
    const expected = [
      [0.4331325, 0.3106445, 0.256223],
      [0.3753989, 0.4173216, 0.2072796],
      [0.414447, 0.4717104, 0.1138426],
    ]
    for (const [j, name] of ['one', 'two', 'three'].entries())
      logits[`${name}/${j}.png`]!.forEach((logit, k) => expect(Math.exp(logit)).toBeCloseTo(expected[j]![k]!, 6))
    expect(report.top1).toBeCloseTo(2 / 3)
    expect(liveObjects('Tensor')).toBe(before)
  })

  it('in batches that do not fill gives the same', async () => {
    const [whole, parts] = [
      await logitsOf({ model: keras, told: of }),
      await logitsOf({ model: keras, told: { ...of, batchSize: 2 } }),
    ]
    for (const [path, values] of Object.entries(whole.logits)) expect(parts.logits[path]).toEqual(close(values))
  })

  it('whose probabilities are taken for logits is told of', async () => {
    const { report } = await evaluate({ model: keras, told: { ...of, outputs: 'logits' } })
    expect(report.notes).toEqual([expect.stringContaining('--outputs probabilities')])
  })
})

describe('the input', () => {
  it('is laid out, ordered and scaled as the model takes it', async () => {
    save((g) => {
      const images = g.placeholder('float32', [null, 3, SIDE, SIDE], 'picture')
      return { inputs: { pixels: images }, outputs: { scores: means(g, images, [2, 3]) } }
    })
    const { logits, report } = await logitsOf({ told: { ...told, channels: 'bgr', mean: [1, 2, 3], std: [2, 4, 8] } })
    expect(report.model).toMatchObject({ layout: 'nchw', channels: 'bgr', input: 'pixels', output: 'scores' })
    for (const [j, name] of ['one', 'two', 'three'].entries())
      expect(logits[`${name}/${j}.png`]).toEqual(
        close([(meanOf(j, 2) - 1) / 2, (meanOf(j, 1) - 2) / 4, (meanOf(j, 0) - 3) / 8]),
      )
  })

  it('of a fixed number of images is filled up', async () => {
    save((g) => {
      const images = g.placeholder('float16', [2, SIDE, SIDE, 3], 'x')
      return { inputs: { x: images }, outputs: { y: means(g, images, [1, 2]) } }
    })
    const { report, logits } = await logitsOf({ told: { ...told, std: [255] } })
    expect(report.images).toBe(3)
    for (const [j, name] of ['one', 'two', 'three'].entries())
      logits[`${name}/${j}.png`]!.forEach((value, c) => expect(value).toBeCloseTo(meanOf(j, c) / 255, 2))
  })

  it('of pixels needs no mean', async () => {
    save((g) => {
      const images = g.placeholder('uint8', [null, null, null, 3], 'x')
      return { inputs: { x: images }, outputs: { y: means(g, g.op('Cast', [images], { DstT: 'float32' }), [1, 2]) } }
    })
    const { mean: _mean, std: _std, ...others } = told
    const { logits } = await logitsOf({ told: { ...others, imageSize: SIDE } })
    expect(logits['two/1.png']).toEqual(close([meanOf(1, 0), meanOf(1, 1), meanOf(1, 2)]))
    await expect(evaluate({ told: { ...told, imageSize: SIDE } })).rejects.toThrow('leave --mean and --std out')
  })
})

/** Three numbers of each image, whatever it is. */
const constantly = (g: GraphBuilder, numbers: readonly number[]): Signature => {
  const images = g.placeholder('float32', [null, SIDE, SIDE, 3], 'x')
  const zero = g.op('Mul', [g.op('Mean', [images, g.constant([1, 2, 3], 'int32')], { keep_dims: true }), g.constant(0)])
  const rows = g.op('Reshape', [zero, g.constant([-1, 1], 'int32')])
  return { inputs: { x: images }, outputs: { y: g.op('AddV2', [rows, g.constant([numbers])]) } }
}

describe('outputs', () => {
  it('that are no numbers are counted and named, and a probability of 0 has a finite loss', async () => {
    save((g) => constantly(g, [NaN, 0, 1]))
    const { report } = await evaluate()
    expect(report).toMatchObject({ notFinite: 3, top1: 0, loss: null })
    expect(report.notes).toEqual([expect.stringContaining('no numbers (NaN) for 3 of 3 images (one/0.png')])
    save((g) => constantly(g, [1, 0, 0]))
    const { report: sure } = await evaluate({ told: { ...told, outputs: 'probabilities' } })
    // -ln of the smallest normal float32, twice, and 0.
    expect(sure.loss).toBeCloseTo((2 * 126 * Math.LN2) / 3, 3)
    expect(sure.notFinite).toBeUndefined()
  })

  it('that are no probabilities are refused', async () => {
    save((g) => constantly(g, [3, 0, -1]))
    const refused = evaluate({ told: { ...told, outputs: 'probabilities' } })
    await expect(refused).rejects.toThrow(/for one\/0\.png are no probabilities .*--outputs logits/)
  })

  it('of 2 and of 10,000 classes are read', async () => {
    save((g) => constantly(g, [0, 1]))
    const two = await evaluate({ told: { ...told, classes: ['one', 'two'] }, leaveOutUnknown: true })
    expect(two.report).toMatchObject({ images: 2, leftOut: 1, top1: 0.5 })
    save((g) =>
      constantly(
        g,
        Array.from({ length: 10_000 }, (_, i) => i % 7),
      ),
    )
    const classes = [...told.classes!, ...Array.from({ length: 9997 }, (_, i) => `more ${i}`)]
    const many = await evaluate({ told: { ...told, classes } })
    expect(many.report.classes).toHaveLength(10_000)
    expect(many.report.notes).toEqual(["9997 of the network's 10000 classes have no image here."])
  })

  it('that are not those of the classes are refused', async () => {
    save((g) => constantly(g, [0, 1, 2, 3]))
    await expect(evaluate()).rejects.toThrow('has 4 numbers an image, but 3 classes are named')
    save((g) => constantly(g, [0]))
    await expect(evaluate()).rejects.toThrow('save the model with a softmax of two')
    save((g) => {
      const images = g.placeholder('float32', [null, SIDE, SIDE, 3], 'x')
      return { inputs: { x: images }, outputs: { y: g.op('Identity', [images]) } }
    })
    await expect(evaluate()).rejects.toThrow('is float32 [?, 4, 4, 3], not floating numbers of classes')
    save((g) => {
      const images = g.placeholder('float32', [null, SIDE, SIDE, 3], 'x')
      // Of a shape that nobody knows before it runs.
      const shape = g.op('Slice', [g.op('Shape', [images]), g.constant([1], 'int32'), g.constant([2], 'int32')])
      return { inputs: { x: images }, outputs: { y: g.op('Fill', [shape, g.constant(1)]) } }
    })
    await expect(evaluate()).rejects.toThrow(ModelError)
  })
})

describe('what is not told', () => {
  it('is asked for by name, all at once', async () => {
    const refused = evaluate({ model: keras, told: {} })
    await expect(refused).rejects.toThrow(UsageError)
    for (const option of [
      'classes FILE',
      'outputs logits|probabilities',
      'channels rgb|bgr',
      'resize N',
      'mean',
      'std',
    ])
      await expect(refused).rejects.toThrow(`--${option}`)
    await expect(refused).rejects.not.toThrow('--layout')
    await expect(refused).rejects.not.toThrow('--image-size')
  })

  it('of an input that could be either is its layout', async () => {
    save((g) => {
      const images = g.placeholder('float32', [null, null, null, null], 'x')
      return { inputs: { x: images }, outputs: { y: means(g, images, [1, 2]) } }
    })
    const refused = evaluate()
    await expect(refused).rejects.toThrow('--layout nhwc|nchw')
    await expect(refused).rejects.toThrow('--image-size')
    const { logits } = await logitsOf({ told: { ...told, layout: 'nhwc', imageSize: SIDE } })
    expect(logits['one/0.png']).toEqual(close([meanOf(0, 0), meanOf(0, 1), meanOf(0, 2)]))
  })

  it('is which of several inputs, outputs and signatures', async () => {
    save((g) => {
      const { inputs, outputs } = constantly(g, [1, 2, 3])
      return {
        inputs: { ...inputs, other: g.placeholder('float32', [], 'z') },
        outputs: { ...outputs, more: outputs.y! },
      }
    })
    await expect(evaluate()).rejects.toThrow('has 2 inputs: name one of them with --input: "x", "other"')
    const input = { ...told, input: 'x' }
    await expect(evaluate({ told: input })).rejects.toThrow(
      'has 2 outputs: name one of them with --output: "y", "more"',
    )
    expect((await evaluate({ told: { ...input, output: 'more' } })).report.images).toBe(3)
    await expect(evaluate({ told: { ...told, signature: 'none' } })).rejects.toThrow(
      '--signature can be "serving_default"',
    )
  })
})

describe('a model or images that cannot be used', () => {
  it('are said to be so', async () => {
    mkdirSync(model)
    writeFileSync(join(model, 'saved_model.pb'), 'text that is no protocol buffer')
    await expect(evaluate()).rejects.toThrow(/is no SavedModel, or damaged/)
    cpSync(keras, model, { recursive: true })
    writeFileSync(join(model, 'variables/variables.data-00000-of-00001'), '')
    const cut = { ...told, outputs: 'probabilities' } as const
    await expect(evaluate({ told: cut })).rejects.toThrow(/TensorFlow cannot load the SavedModel/)
    await expect(evaluate({ model: keras, told: cut, dataset: { root: temporaryFolder() } })).rejects.toThrow(
      DatasetError,
    )
    await expect(evaluate({ model: keras, told: { ...cut, classes: ['one', 'two', 'x'] } })).rejects.toThrow(
      CheckpointError,
    )
    await expect(evaluate({ model: keras, told: cut, split: 'test' })).rejects.toThrow('has no splits')
  })

  it('uses operations that this TensorFlow lacks, and is refused with their names', async () => {
    save((g) => constantly(g, [1, 2, 3]))
    const file = join(model, 'saved_model.pb')
    writeFileSync(file, Buffer.from(readFileSync(file, 'latin1').replaceAll('AddV2', 'AddV9'), 'latin1'))
    await expect(evaluate()).rejects.toThrow('uses operations that this TensorFlow does not have: "AddV9"; save')
  })

  it('would write a file, run a program or end this one, and is refused before it is loaded', async () => {
    const file = join(root, 'written')
    const after = (write: (g: GraphBuilder) => { pointer: Operation['pointer'] }) =>
      save((g) => {
        const images = g.placeholder('float32', [null, SIDE, SIDE, 3], 'x')
        return {
          inputs: { x: images },
          outputs: { y: g.withControlDependencies([write(g)], () => means(g, images, [1, 2])) },
        }
      })
    after((g) => g.operation('WriteFile', [g.text(file), g.text('here')]))
    await expect(evaluate()).rejects.toThrow('does more than compute: "WriteFile" would read or write files')
    expect(existsSync(file)).toBe(false)
    after((g) => g.operation('PrintV2', [g.text('here')], { output_stream: `file://${file}` }))
    await expect(evaluate()).rejects.toThrow(ModelError)
    after((g) => g.operation('DebugIdentityV2', [g.constant(1)], { debug_urls: [`file://${file}`] }))
    await expect(evaluate()).rejects.toThrow(/"DebugIdentityV2"/)
    after((g) => g.operation('Abort', []))
    await expect(evaluate()).rejects.toThrow(/"Abort" would .* end this one/)
  })

  it('images of another input than squares are refused', async () => {
    save((g) => {
      const images = g.placeholder('float32', [null, SIDE, 6, 3], 'x')
      return { inputs: { x: images }, outputs: { y: means(g, images, [1, 2]) } }
    })
    await expect(evaluate()).rejects.toThrow('images are cut out as squares')
    save((g) => {
      const files = g.placeholder('string', [null], 'x')
      return { inputs: { x: files }, outputs: { y: g.constant([[1, 2, 3]]) } }
    })
    await expect(evaluate()).rejects.toThrow('is string [?], which is no batch of images')
  })
})
