import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecipeError } from '../errors.ts'
import { parseRecipe } from './validate.ts'

function refusal(value: unknown): string {
  try {
    parseRecipe(value)
  } catch (error) {
    expect(error).toBeInstanceOf(RecipeError)
    return (error as Error).message
  }
  throw new Error('It was accepted.')
}

describe('a recipe that is accepted', () => {
  it('is completed with the defaults, and is itself a recipe', () => {
    const recipe = parseRecipe({ schedule: { epochs: 3 } })
    expect(recipe.schedule).toMatchObject({ epochs: 3, learningRate: 0.256, name: 'cosine' })
    expect(recipe.optimizer).toMatchObject({ name: 'sgd', momentum: 0.875, weightDecay: 1 / 32768 })
    expect(parseRecipe(recipe)).toEqual(recipe)
    expect(parseRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe)
  })

  it('may have one mean for all channels', () => {
    expect(parseRecipe({ data: { mean: [127], std: [60] } }).data.mean).toEqual([127])
  })
})

describe('an unknown key', () => {
  it.each([
    [{ schedule: { epoch: 3 } }, 'The recipe has no key schedule.epoch; did you mean schedule.epochs?'],
    [
      { optimizer: { learningRate: 0.1 } },
      'The recipe has no key optimizer.learningRate; did you mean schedule.learningRate?',
    ],
    [
      { schedule: { learning_rate: 0.1 } },
      'The recipe has no key schedule.learning_rate; did you mean schedule.learningRate?',
    ],
    [
      { optimiser: { momentum: 0.9 } },
      'The recipe has no key optimiser; its groups are model, data, augment, optimizer, schedule, loss, precision, run.',
    ],
    [{ batchSize: 8 }, 'The recipe has no key batchSize; did you mean data.batchSize?'],
    [
      { loss: { zzzzzz: 2 } },
      'The recipe has no key loss.zzzzzz; the keys of loss are name, labelSmoothing, targetThreshold, focalGamma, balanced, classWeights.',
    ],
  ])('%j', (value, message) => {
    expect(refusal(value)).toBe(message)
  })

  it('is refused when it is a name of every object', () => {
    expect(refusal({ toString: 1 })).toMatch(/no key toString/)
    expect(refusal(JSON.parse('{"__proto__":{"epochs":1}}'))).toMatch(/no key __proto__/)
    expect(refusal(JSON.parse('{"run":{"constructor":1}}'))).toMatch(/no key run\.constructor/)
  })
})

describe('a value', () => {
  it.each([
    [{ schedule: { epochs: '3' } }, 'schedule.epochs must be a whole number of at least 1, not "3".'],
    [{ schedule: { epochs: 0 } }, 'schedule.epochs must be a whole number of at least 1, not 0.'],
    [{ schedule: { epochs: 1.5 } }, 'schedule.epochs must be a whole number of at least 1, not 1.5.'],
    [{ augment: { flip: 1.5 } }, 'augment.flip must be a number from 0 to 1, not 1.5.'],
    [{ schedule: { learningRate: 0 } }, 'schedule.learningRate must be a number above 0, not 0.'],
    [
      { schedule: { name: 'cos' } },
      'schedule.name must be one of cosine, step, polynomial, one-cycle, constant, not "cos".',
    ],
    [{ data: { channels: 2 } }, 'data.channels must be 1 or 3, not 2.'],
    [{ data: { mean: [1, 'x', 3] } }, 'data.mean must be a list of 1 to 3 numbers, not [1,"x",3].'],
    [{ augment: { area: [0.5, 2] } }, 'augment.area must be a list of 2 numbers above 0 and up to 1, not [0.5,2].'],
    [
      { augment: { area: [1, 0.5] } },
      'augment.area must be a list of 2 numbers above 0 and up to 1, not [1,0.5]: the first number must not exceed the second.',
    ],
    [{ model: { zeroInitResidual: 'no' } }, 'model.zeroInitResidual must be true or false, not "no".'],
    [{ schedule: 3 }, 'schedule must be a group of keys, not 3.'],
    [[1], 'A recipe is a JSON object with groups of keys, not [1].'],
    [null, 'A recipe is a JSON object with groups of keys, not null.'],
  ])('%j', (value, message) => {
    expect(refusal(value)).toBe(message)
  })
})

describe('keys that must fit each other', () => {
  it.each([
    [{ data: { channels: 1 } }, 'data.mean must have 1 number, as data.channels is 1, not [123.675,116.28,103.53].'],
    [{ data: { std: [1, 2] } }, 'data.std must have 1 number or 3, as data.channels is 3, not [1,2].'],
    [
      { data: { evaluationResize: 200 } },
      'data.evaluationResize must be at least data.imageSize (224), since the crop is taken from it, not 200.',
    ],
    [
      { data: { evaluationSize: 288 } },
      'data.evaluationResize must be at least data.evaluationSize (288), since the crop is taken from it, not 256.',
    ],
    [
      { loss: { balanced: true, classWeights: [1] } },
      'loss.balanced and loss.classWeights both say how much classes count: leave one of them out.',
    ],
    [
      { loss: { name: 'bce', targetThreshold: 0.5, labelSmoothing: 0.5 } },
      'loss.targetThreshold must be below 0.5, what loss.labelSmoothing leaves to the label, not 0.5.',
    ],
    [
      { run: { earlyStopping: 3, evaluateEvery: 0 } },
      'run.earlyStopping needs evaluations: set run.evaluateEvery to 1 or more, or run.earlyStopping to 0.',
    ],
    [{ schedule: { milestones: [30, 30] } }, 'schedule.milestones must be in ascending order, not [30,30].'],
    [
      { precision: { amp: 'fp16', quantize: 'symmetric' } },
      'precision.quantize trains in float32, and precision.amp is fp16: set one of them to off.',
    ],
    [
      { optimizer: { name: 'lamb', nesterov: true } },
      'optimizer.nesterov is only for sgd, and optimizer.name is lamb: set it to false.',
    ],
  ])('%j', (value, message) => {
    expect(refusal(value)).toBe(message)
  })
})

it('never answers anything with other than a complete recipe or a RecipeError', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.record({ data: fc.jsonValue(), schedule: fc.dictionary(fc.string(), fc.jsonValue()) }),
      ),
      (value) => {
        try {
          const recipe = parseRecipe(value)
          expect(parseRecipe(recipe)).toEqual(recipe)
        } catch (error) {
          expect(error).toBeInstanceOf(RecipeError)
          expect((error as Error).message).toMatch(/[.?]$/)
        }
      },
    ),
  )
})
