import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ModelError } from '../../../shared/errors.ts'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { createModel } from '../create-model.ts'
import { topologyOf } from '../model.ts'
import { assignWaves, logits } from './testing/waves.ts'

/**
 * `to_json()` of small models, by Keras 2.15 and by 3.15 on JAX, without the initializers; and what Keras predicts for
 * two images of cos(0), cos(1), ... with the weights of {@link assignWaves}.
 */
interface Written {
  readonly name: string
  readonly logits?: readonly number[]
  readonly json: Json
}
interface Json {
  readonly config: { readonly layers: readonly { readonly config: Record<string, unknown> }[] }
}

const models = [2, 3].flatMap((version) => {
  const file = join(import.meta.dirname, 'testing', `calls-keras-${version}.json`)
  return (JSON.parse(readFileSync(file, 'utf8')) as Written[]).map((model) => ({ ...model, version }))
})
const found = (version: number, name: string) =>
  models.find((model) => model.version === version && model.name === name)!.json

let tf: TensorFlowJs
const folder = mkdtempSync(join(tmpdir(), 'anneal-keras-'))
beforeAll(async () => {
  tf = await useTensorFlowBackend()
})
afterAll(() => rmSync(folder, { recursive: true }))

const pixels = Float32Array.from({ length: 2 * 192 }, (_, j) => Math.cos(j))

function load(json: unknown) {
  const file = join(folder, 'model.json')
  writeFileSync(file, JSON.stringify(json))
  return createModel({ ...parseRecipe({}).model, file, imageSize: 8, channels: 3, classes: 5, seed: 1 })
}

async function outputOf(json: unknown, training = false): Promise<number[]> {
  const model = await load(json)
  assignWaves(tf, model)
  const output = [...(await logits(model, pixels, training))]
  model.dispose()
  return output
}

const refusal = async (json: unknown): Promise<string> => {
  const error: unknown = await load(json).then(
    (model) => model.dispose(),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ModelError)
  return (error as ModelError).message
}

const near = (values: readonly number[], expected: readonly number[]) => {
  expect(values).toHaveLength(expected.length)
  values.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5))
}

describe('a model computes what it computes in Keras', () => {
  it.each(models.filter((model) => model.logits))('$version: $name', async (model) => {
    near(await outputOf(model.json), model.logits!)
  })

  it('again from what is kept of it with the run', async () => {
    for (const name of ['rmul', 'nesttwicemixed']) {
      const model = await load(found(3, name))
      const kept = topologyOf(model)
      model.dispose()
      near(
        await outputOf({ format: 'layers-model', modelTopology: kept }),
        models.find((written) => written.version === 3 && written.name === name)!.logits!,
      )
    }
  })
})

describe('training=False', () => {
  it.each([
    [2, 'trainfalse'],
    [2, 'dropfalse'],
    [2, 'nestfalse'],
    [3, 'trainfalse'],
    [3, 'dropfalse'],
    [3, 'nestfalse'],
  ])('of Keras %d (%s) is as in evaluation, in training too', async (version, name) => {
    near(await outputOf(found(version, name), true), await outputOf(found(version, name)))
  })

  it.each([2, 3])('of Keras %d holds for the use that says it, and no other', async (version) => {
    const json = found(version, 'nesttwicemixed')
    const [evaluated, trained] = [await outputOf(json), await outputOf(json, true)]
    expect(Math.max(...trained.map((value, i) => Math.abs(value - evaluated[i]!)))).toBeGreaterThan(1e-3)
  })
})

describe('what has no counterpart is refused by the name of its layer', () => {
  const getItem = /"get_item" \(GetItem\) is the operation "getitem" with .*__slice__/
  it.each<[number, string, RegExp]>([
    [2, 'slice', /"tf.__operators__.getitem" \(SlicingOpLambda\) is the operation "getitem" with slice_spec/],
    [2, 'pow', /"tf.math.pow" \(TFOpLambda\) is the operation "pow" with y 2/],
    [2, 'rdiv', /"tf.math.truediv" \(TFOpLambda\) is the operation "divide" with 1, y/],
    [2, 'tfmean', /"tf.math.reduce_mean" \(TFOpLambda\) is the operation "reduce_mean" with axis \[1,2\]/],
    [2, 'tfconst', /"tf.math.add" \(TFOpLambda\) is the operation "add" with y \[1,2,3\]/],
    [3, 'slice', getItem],
    [3, 'pow', /"power" \(Power\) is the operation "power" with 2/],
    [3, 'rdiv', /"true_divide" \(TrueDivide\) is the operation "divide" with 1/],
    [3, 'opsmean', /"mean" \(Mean\) is the operation "mean"/],
    [3, 'opsadd', /"add" \(Add\) is the operation "add" with .*__numpy__/],
    [3, 'opsleaky', /"leaky_relu" \(LeakyRelu\) is the operation "leakyrelu"/],
    // Keras 3 has another function of the name than Keras 2.
    [3, 'act-hard_sigmoid', /"act" \(Activation\) has the activation "hard_sigmoid"/],
    [3, 'act-hard_silu', /"act" \(Activation\) has the activation "hard_silu"/],
    [3, 'act-leaky_relu', /"act" \(Activation\) has the activation "leaky_relu"/],
    ...[2, 3].flatMap((version): [number, string, RegExp][] => [
      [version, 'droptrue', /"drop" \(Dropout\) has the argument training true in its call/],
      [version, 'traintrue', /"bn" \(BatchNormalization\) has the argument training true in its call/],
      [version, 'nesttrue', /"inner" \(Functional\) has the argument training true in its call/],
      [version, 'nestsecond', /"two" \(Functional\) has 2 outputs \(t1, t2\)/],
      [version, 'nesttwoout', /"two" \(Functional\) has 2 outputs/],
      [version, 'twoin', /Model "m" \(Functional\) has 2 inputs \(image, image2\)/],
      [version, 'twoout', /Model "m" \(Functional\) has 2 outputs \(o1, o2\)/],
      // Its grid of pixels is another one in tf.layers.
      [version, 'up', /"u" \(UpSampling2D\) has interpolation "bilinear"/],
      [version, 'elu', /"e" \(ELU\) has alpha 0\.5/],
      [version, 'reluopts', /"rl" \(ReLU\) has negative_slope 0\.1/],
      [version, 'conv-layer', /"c" \(Conv2D\) has the activation LeakyReLU/],
      [version, 'gapkeep', /"g" \(GlobalAveragePooling2D\) has keepdims true/],
    ]),
  ])('%d: %s', async (version, name, says) => {
    expect(await refusal(found(version, name))).toMatch(says)
  })

  it('also an argument that stands without its name, and one that is a tensor', async () => {
    const json = structuredClone(found(3, 'dropfalse')) as unknown as {
      config: { layers: { name: string; inbound_nodes: { args: unknown[]; kwargs: Record<string, unknown> }[] }[] }
    }
    const [call] = json.config.layers.find(({ name }) => name === 'drop')!.inbound_nodes
    call!.args.push(true)
    call!.kwargs = { mask: call!.args[0] }
    const told = await refusal(json)
    expect(told).toMatch(/"drop" \(Dropout\) takes true in its call/)
    expect(told).toMatch(/"drop" \(Dropout\) has the argument mask \{"class_name":"__keras_tensor__"/)
  })

  it.each([
    ['another_option', 7, /"fc" \(Dense\) has another_option 7/],
    ['activity_regularizer', { class_name: 'L2', config: { l2: 1 } }, /"fc" \(Dense\) has a activity_regularizer/],
  ])('also an option that no layer of ours goes by: %s', async (option, value, says) => {
    const json = structuredClone(found(2, 'rmul'))
    json.config.layers.at(-1)!.config[option] = value
    expect(await refusal(json)).toMatch(says)
  })

  it('also names that every object has', async () => {
    const json = structuredClone(found(2, 'rmul')) as unknown as {
      config: { layers: { class_name: string; config: Record<string, unknown> }[] }
    }
    json.config.layers.at(-1)!.config['constructor'] = 1
    expect(await refusal(json)).toMatch(/"fc" \(Dense\) has constructor 1/)
    json.config.layers.at(-2)!.class_name = 'toString'
    json.config.layers.find(({ class_name }) => class_name === 'TFOpLambda')!.config['function'] = 'constructor'
    const told = await refusal(json)
    expect(told).toMatch(/\(toString\) is of a class that cannot be lowered/)
    expect(told).toMatch(/\(TFOpLambda\) is the operation "constructor"/)
  })

  it('also a softmax at the end that has another use', async () => {
    const json = structuredClone(found(2, 'rmul')) as unknown as {
      config: { layers: { name: string; config: Record<string, unknown>; inbound_nodes: unknown[] }[] }
    }
    const last = json.config.layers.at(-1)!
    last.config['activation'] = 'softmax'
    last.inbound_nodes.push(last.inbound_nodes[0])
    expect(await refusal(json)).toMatch(/"fc" \(Dense\) ends the network with a softmax or sigmoid.* is used 2 times/)
  })
})

it('the first Keras 3 is told by its module, since it writes a precision as Keras 2 does', async () => {
  const json = JSON.parse(
    JSON.stringify(found(3, 'act-hard_sigmoid')).replaceAll(
      /\{"module":"keras","class_name":"DTypePolicy","config":\{"name":"float32"\},"registered_name":null\}/g,
      '"float32"',
    ),
  ) as Json
  expect(JSON.stringify(json)).not.toContain('DTypePolicy')
  expect(await refusal(json)).toContain('has the activation "hard_sigmoid"')
})
