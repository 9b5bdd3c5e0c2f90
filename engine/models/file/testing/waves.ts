import { elementCount, Tensor } from '../../../tensorflow/c-api/index.ts'
import type { TensorFlowJs } from '../../../tensorflow/tfjs-backend/index.ts'
import { fetch, lower } from '../../lowering/test-kit.ts'
import { namedWeights, type Model } from '../../model.ts'

/** Weight j of a variable is sin(j + the sum of the characters of "layer/weight") / 2, made positive where it must be. */
export function assignWaves(tf: TensorFlowJs, model: Model): void {
  for (const [variable, { name, shape }] of namedWeights(model)) {
    const own = name.split('/').slice(-2).join('/')
    const phase = [...own].reduce((sum, character) => sum + character.charCodeAt(0), 0)
    const wave = Array.from({ length: elementCount(shape) }, (_, j) => 0.5 * Math.sin(j + phase))
    const value = tf.tensor(/(gamma|moving_variance)$/.test(own) ? wave.map((w) => Math.abs(w) + 0.5) : wave, [
      ...shape,
    ])
    variable.write(value)
    value.dispose()
  }
}

/** What a model gives for images, row by row, in evaluation or in training. */
export async function logits(model: Model, pixels: Float32Array, training = false): Promise<Float32Array> {
  const lowered = await lower(model, { training })
  using image = Tensor.from('float32', [pixels.length / elementCount(model.inputShape), ...model.inputShape], pixels)
  const [output] = await fetch(lowered.session, [[lowered.input, image]], [lowered.output])
  lowered.dispose()
  return output!
}
