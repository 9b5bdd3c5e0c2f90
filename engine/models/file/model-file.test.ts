import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ModelError, RecipeError } from '../../../shared/errors.ts'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import { elementCount } from '../../tensorflow/c-api/index.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { type ModelOptions } from '../model-options.ts'
import { createModel } from '../create-model.ts'
import { blurPool2D, groupedConv2D, layerScale, stochasticDepth } from '../layers/index.ts'
import { modelOf } from '../lowering/test-kit.ts'
import { initialValues, topologyOf, type Model } from '../model.ts'
import { assignWaves, logits } from './testing/waves.ts'

let tf: TensorFlowJs
const folder = mkdtempSync(join(tmpdir(), 'anneal-model-'))
beforeAll(async () => {
  tf = await useTensorFlowBackend()
})
afterAll(() => rmSync(folder, { recursive: true }))

type Json = Record<string, unknown>

const load = (file: string, rest: Partial<ModelOptions> = {}) =>
  createModel({ ...parseRecipe({}).model, file, imageSize: 9, channels: 3, classes: 5, seed: 1, ...rest })

function written(name: string, content: Json | string): string {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return join(folder, name)
}

function values(model: Model): Map<string, number[]> {
  return new Map(
    [...initialValues(model)].map(({ name, tensor }) => {
      using t = tensor
      return [name, [...t.data<'float32'>()]]
    }),
  )
}

const softmax = (row: readonly number[]) =>
  row.map((value) => Math.exp(value) / row.reduce((sum, other) => sum + Math.exp(other), 0))

describe('Keras', () => {
  const fixture = (version: number) => join(import.meta.dirname, 'testing', `keras-${version}.json`)

  // What tf_keras 2.21 and Keras 3.15 (on PyTorch) make of cos(0), cos(1), ... with these weights, to_json() of which are the files.
  it.each([
    [
      2,
      [
        0.16358278691768646, 0.06474907696247101, 0.06909279525279999, 0.18724454939365387, 0.5153307318687439,
        0.16363643109798431, 0.06469683349132538, 0.06900256872177124, 0.18711131811141968, 0.515552818775177,
      ],
    ],
    [
      3,
      [
        0.20448316633701324, 0.08553221076726913, 0.08004482090473175, 0.17813263833522797, 0.4518071711063385,
        0.20243163406848907, 0.08483035862445831, 0.07996710389852524, 0.17903247475624084, 0.45373836159706116,
      ],
    ],
  ])('%d: its model computes the same here', async (version, probabilities) => {
    const model = await load(fixture(version))
    assignWaves(tf, model)
    expect(model.variables.reduce((sum, { shape }) => sum + elementCount(shape), 0)).toBe(541)
    const output = [
      ...(await logits(
        model,
        Float32Array.from({ length: 2 * 243 }, (_, j) => Math.cos(j)),
      )),
    ]
    const found = [softmax(output.slice(0, 5)), softmax(output.slice(5))].flat()
    found.forEach((p, i) => expect(p).toBeCloseTo(probabilities[i]!, 5))
    model.dispose()
  })

  it('draws fresh weights from the seed, by the rule of the recipe', async () => {
    const drawn = async (rest: Partial<ModelOptions>) => {
      const model = await load(fixture(3), rest)
      const found = values(model)
      model.dispose()
      return found
    }
    const first = await drawn({})
    expect(await drawn({})).toEqual(first)
    expect((await drawn({ seed: 2 })).get('inner/grouped/kernel')).not.toEqual(first.get('inner/grouped/kernel'))
    // Normal, cut off at two deviations: sqrt(2 / fan) / 0.8796 each, fan 3 3 8 out of and 3 3 3 into the convolution.
    const largest = (weights: ReadonlyMap<string, number[]>) => Math.max(...weights.get('conv/kernel')!.map(Math.abs))
    expect(largest(first)).toBeLessThan((2 * Math.sqrt(2 / 72)) / 0.8796)
    expect(largest(await drawn({ initialization: 'fan_in' }))).toBeGreaterThan((2 * Math.sqrt(2 / 72)) / 0.8796)
    expect(first.get('inner/grouped/bias')).toEqual(new Array(8).fill(0))
  })

  it('names every layer that cannot be lowered, and why', async () => {
    const json = JSON.parse(readFileSync(fixture(3), 'utf8')) as {
      config: { layers: { class_name: string; config: Json }[] }
    }
    const layer = (name: string) => json.config.layers.find(({ config }) => config['name'] === name)!
    layer('conv').config['kernel_regularizer'] = {
      module: 'keras.regularizers',
      class_name: 'L2',
      config: { l2: 0.01 },
    }
    layer('act').config['activation'] = 'hard_sigmoid'
    layer('pad').class_name = 'Cropping2D'
    layer('drop').class_name = 'GaussianNoise'
    layer('gap').config['keepdims'] = true
    const error: unknown = await load(written('bad.json', json as unknown as Json)).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ModelError)
    const { message } = error as ModelError
    for (const line of [
      'Layer "conv" (Conv2D) has a kernel_regularizer',
      'Layer "act" (Activation) has the activation "hard_sigmoid"',
      'Layer "pad" (Cropping2D) is of a class that cannot be lowered',
      'Layer "drop" (GaussianNoise) is of a class that cannot be lowered',
      'Layer "gap" (GlobalAveragePooling2D) has keepdims true',
      'GroupedConv2D',
    ])
      expect(message).toContain(line)
  })

  it('takes a sequential model, and fills an open size with that of the images', async () => {
    const conv = {
      class_name: 'Conv2D',
      config: { name: 'c', filters: 2, kernel_size: [3, 3], batch_input_shape: [null, null, null, 3] },
    }
    const rest = [
      { class_name: 'GlobalMaxPooling2D', config: { name: 'p' } },
      { class_name: 'Dense', config: { name: 'd', units: 5, activation: 'sigmoid' } },
    ]
    const model = await load(
      written('sequential.json', { class_name: 'Sequential', config: { name: 's', layers: [conv, ...rest] } }),
      { imageSize: 12 },
    )
    expect([model.inputShape, model.classes]).toEqual([[12, 12, 3], 5])
    // No sigmoid at the end: some are negative.
    expect(
      (
        await logits(
          model,
          Float32Array.from({ length: 8 * 432 }, (_, i) => Math.sin(i * i)),
        )
      ).some((value) => value < 0),
    ).toBe(true)
    model.dispose()
  })
})

describe('tf.layers', () => {
  /** Every layer of ours, saved as tf.layers saves. */
  async function save(
    name: string,
    trainable = true,
  ): Promise<{ file: string; values: Map<string, number[]>; output: Float32Array }> {
    const layers = modelOf(tf, [9, 9, 3], (x) => {
      const steps = [
        tf.layers.conv2d({ name: 'conv', filters: 4, kernelSize: 3, padding: 'same', trainable }),
        groupedConv2D.create(tf, {
          name: 'grouped',
          filters: 6,
          kernelSize: 3,
          strides: 2,
          padding: 'same',
          groups: 2,
          useBias: true,
          activation: 'relu',
        }),
        blurPool2D.create(tf, { name: 'blur' }),
        layerScale.create(tf, { name: 'scale', initial: 0.5 }),
        stochasticDepth.create(tf, { name: 'depth', rate: 0.25 }),
        tf.layers.flatten({ name: 'flat' }),
        tf.layers.dense({ name: 'head', units: 5 }),
      ]
      return steps.reduce((y, layer) => layer.apply(y) as typeof x, x)
    })
    mkdirSync(join(folder, name))
    await layers.save(
      tf.io.withSaveHandler((artifacts) => {
        const bytes = new Uint8Array(artifacts.weightData as ArrayBuffer)
        writeFileSync(join(folder, name, 'a.bin'), bytes.subarray(0, 100))
        writeFileSync(join(folder, name, 'b.bin'), bytes.subarray(100))
        const weightsManifest = [{ paths: ['a.bin', 'b.bin'], weights: artifacts.weightSpecs }]
        written(`${name}/model.json`, {
          format: 'layers-model',
          modelTopology: artifacts.modelTopology as Json,
          weightsManifest,
        })
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } })
      }),
    )
    const pixels = tf.tensor4d([...image], [1, 9, 9, 3])
    const output = (layers.predict(pixels) as typeof pixels).dataSync<'float32'>()
    const found = new Map(layers.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]))
    return { file: join(folder, name, 'model.json'), values: found, output }
  }

  const image = Float32Array.from({ length: 243 }, (_, i) => Math.sin(i))

  it('brings its weights, and computes the same here', async () => {
    const saved = await save('whole')
    const model = await load(saved.file)
    expect(values(model)).toEqual(saved.values)
    ;(await logits(model, image)).forEach((value, i) => expect(value).toBeCloseTo(saved.output[i]!, 4))
    model.dispose()
  })

  it('reads what we keep of a model with its run', async () => {
    const { file } = await save('kept', false)
    const model = await load(file)
    const again = await load(written('kept.json', { format: 'layers-model', modelTopology: topologyOf(model) as Json }))
    expect(again.variables).toEqual(model.variables)
    expect(again.variables.find(({ name }) => name === 'conv/kernel')!.trainable).toBe(false)
    expect(topologyOf(again)).toEqual(topologyOf(model))
    model.dispose()
    again.dispose()
  })

  it('must fit the images and the classes', async () => {
    const { file } = await save('other')
    await expect(load(file, { imageSize: 32 })).rejects.toThrow(RecipeError)
    await expect(load(file, { imageSize: 32 })).rejects.toThrow('takes images of 9 x 9 x 3')
    await expect(load(file, { classes: 7 })).rejects.toThrow(
      'the dataset has 7 classes; make its last layer, "head", give 7 values',
    )
  })

  it('waits for no pipe and reads no device', async () => {
    const pipe = join(folder, 'pipe.json')
    execFileSync('mkfifo', [pipe])
    await expect(load(pipe)).rejects.toThrow(`The model file ${pipe} is a named pipe and no file;`)
    const device = join(folder, 'device.json')
    symlinkSync('/dev/zero', device)
    await expect(load(device)).rejects.toThrow(`The model file ${device} is a device and no file;`)
    const { file } = await save('piped')
    execFileSync('mkfifo', [join(folder, 'piped/pipe.bin')])
    written('piped/pipe.json', readFileSync(file, 'utf8').replace('"b.bin"', '"pipe.bin"'))
    await expect(load(join(folder, 'piped/pipe.json'))).rejects.toThrow('pipe.bin, which cannot be read')
  })

  it('reads no weights from outside its folder', async () => {
    const { file } = await save('confined')
    const manifest = (path: string) => readFileSync(file, 'utf8').replace('"b.bin"', JSON.stringify(path))
    written('confined/outside.json', manifest('../whole/b.bin'))
    await expect(load(join(folder, 'confined/outside.json'))).rejects.toThrow('outside its folder')
    symlinkSync(join(folder, 'whole/b.bin'), join(folder, 'confined/link.bin'))
    written('confined/link.json', manifest('link.bin'))
    await expect(load(join(folder, 'confined/link.json'))).rejects.toThrow('outside its folder')
    written('confined/gone.json', manifest('gone.bin'))
    await expect(load(join(folder, 'confined/gone.json'))).rejects.toThrow('gone.bin, which cannot be read')
    written('confined/short.json', readFileSync(file, 'utf8').replace('"a.bin",', ''))
    await expect(load(join(folder, 'confined/short.json'))).rejects.toThrow(ModelError)
  })

  it.each([
    [
      'own.keras',
      'PK\x03\x04',
      'is an archive, as Keras saves a .keras file, which is not read: write the network alone',
    ],
    ['own.h5', '\x89HDF\r\n', 'is an HDF5 file, which is not read: write the network alone'],
  ])('refuses %s with how to get its network', async (name, begins, says) => {
    writeFileSync(join(folder, name), Buffer.from(`${begins}...`, 'latin1'))
    await expect(load(join(folder, name))).rejects.toThrow(says)
  })

  it.each([
    ['nothing.json', 'cannot be read'],
    ['text.json', 'is not JSON'],
    ['list.json', 'is not the model.json'],
    ['graph.json', 'holds no network'],
    ['empty.json', 'nothing of the layers'],
  ])('refuses %s in a sentence', async (name, says) => {
    const contents: Record<string, string> = {
      'text.json': 'model',
      'list.json': '[]',
      'graph.json': '{"modelTopology":{"node":[]}}',
      'empty.json': '{"class_name":"Functional","config":{"name":"m","layers":[]}}',
    }
    if (contents[name] !== undefined) written(name, contents[name])
    await expect(load(join(folder, name))).rejects.toThrow(ModelError)
    await expect(load(join(folder, name))).rejects.toThrow(says)
  })
})
