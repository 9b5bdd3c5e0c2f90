import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { CheckpointError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { Session, Tensor } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { type ModelOptions } from './model-options.ts'
import { createModel } from './create-model.ts'
import { initialValues, type Model } from './model.ts'
import { restoreWeights, type WeightSource } from './restore-weights.ts'

// TensorFlow's restore takes its path for a pattern.
const folder = mkdtempSync(join(tmpdir(), 'anneal [restore] a\\b*?-'))
afterAll(() => rmSync(folder, { recursive: true }))

const make = (rest: Partial<ModelOptions>) =>
  createModel({
    ...parseRecipe({}).model,
    architecture: 'resnet8',
    imageSize: 8,
    channels: 3,
    classes: 10,
    seed: 1,
    ...rest,
  })

function values(model: Model): Map<string, number[]> {
  return new Map(
    [...initialValues(model)].map(({ name, tensor }) => {
      using t = tensor
      return [name, [...t.data<'float32'>()]]
    }),
  )
}

/** Saves the weights of a model with TensorFlow's own op, times a factor under the names of averages where there is one. */
async function save(model: Model, name: string, averaged?: number): Promise<WeightSource> {
  using g = new GraphBuilder()
  const prefix = join(folder, name)
  const weights = [...initialValues(model)].flatMap(({ name, tensor }) => {
    const value = g.constantTensor(tensor)
    return [
      { name, value },
      ...(averaged === undefined ? [] : [{ name: `ema/${name}`, value: g.op('Mul', [value, g.constant(averaged)]) }]),
    ]
  })
  const texts = (of: string[]) => g.constantTensor(Tensor.strings([of.length], of))
  const saved = g.operation('SaveV2', [
    g.text(prefix),
    texts(weights.map(({ name }) => name)),
    texts(weights.map(() => '')),
    weights.map(({ value }) => value),
  ])
  using session = new Session(g.graph)
  await session.run({ targets: [saved] })
  return { name, prefix, tensors: weights.map(({ name, value }) => ({ name, shape: g.shapeOf(value) as number[] })) }
}

describe('restoreWeights', () => {
  it('gives the network all weights of the checkpoint', async () => {
    const [first, second] = [await make({}), await make({ seed: 2 })]
    expect(restoreWeights(second, await save(first, 'whole'))).toEqual([])
    expect(values(second)).toEqual(values(first))
  })

  it('takes the averages where there are any', async () => {
    const [first, second] = [await make({}), await make({ seed: 2 })]
    restoreWeights(second, await save(first, 'averaged', 2))
    const [of, twice] = [values(first), values(second)]
    for (const [name, value] of of) expect(twice.get(name)).toEqual(value.map((w) => 2 * w))
  })

  it('makes the classifier new for another number of classes', async () => {
    const [first, second, fresh] = [
      await make({}),
      await make({ seed: 2, classes: 3 }),
      await make({ seed: 2, classes: 3 }),
    ]
    expect(restoreWeights(second, await save(first, 'classes'))).toEqual(['head/kernel', 'head/bias'])
    const [of, found] = [values(first), values(second)]
    expect(found.get('stage3_block1_conv1/kernel')).toEqual(of.get('stage3_block1_conv1/kernel'))
    expect(found.get('head/kernel')).toEqual(values(fresh).get('head/kernel'))
  })

  it('names the variable that does not fit, and changes nothing', async () => {
    const source = await save(await make({}), 'misfit')
    const deeper = await make({ architecture: 'resnet20' })
    const before = values(deeper)
    expect(() => restoreWeights(deeper, source)).toThrow(CheckpointError)
    expect(() => restoreWeights(deeper, source)).toThrow('misfit has no "stage1_block2_conv1/kernel"')
    expect(values(deeper)).toEqual(before)
    const grey = await make({ channels: 1 })
    expect(() => restoreWeights(grey, source)).toThrow(
      'misfit has "stem_conv/kernel" of shape [3,3,3,16], and the network of the recipe wants one of shape [3,3,1,16]',
    )
  })
})
