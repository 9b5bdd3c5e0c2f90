import { z } from 'zod'
import { aboutOptimizers, optimizerNames, optimizerSources, optimizersWith } from '../optimizers.ts'
import { atLeastZero, count, fraction, key, nvidia, positive } from './key.ts'

/** The optimizers that a key is for, before its help. */
const only = (key: Parameters<typeof optimizersWith>[0]) => optimizersWith(key).join(', ')

export const optimizer = z.strictObject({
  name: key(z.enum(optimizerNames), 'sgd', { help: `${aboutOptimizers}.`, source: optimizerSources }),
  momentum: key(fraction, 0.875, {
    help: `${only('momentum')}: how much of the last update goes on into the next.`,
    source: nvidia,
  }),
  nesterov: key(z.boolean(), false, {
    help: `${only('nesterov')}: looks ahead along the momentum (Nesterov's).`,
    source: 'Sutskever et al. 2013',
  }),
  beta1: key(fraction.max(0.9999), 0.9, {
    help: `${only('beta1')}: how much of the mean of the gradients a step keeps.`,
    source: 'Kingma & Ba 2014, arXiv 1412.6980',
  }),
  beta2: key(fraction.max(0.99999), 0.999, {
    help: `${only('beta2')}: how much of the mean of the squared gradients a step keeps.`,
    source: 'Kingma & Ba 2014, arXiv 1412.6980',
  }),
  epsilon: key(positive, 1e-8, {
    help: `${only('epsilon')}: added to the root of the mean of the squared gradients.`,
    source: 'Kingma & Ba 2014, arXiv 1412.6980',
  }),
  trustCoefficient: key(positive, 0.001, {
    help: `${only('trustCoefficient')}: how far a layer may move in a step, relative to the size of its weights.`,
    source: 'You et al. 2017, arXiv 1708.03888',
  }),
  weightDecay: key(atLeastZero, 1 / 32768, {
    help: 'Weight decay: this times the weight is added to its gradient, or to its update where the decay is decoupled (adamw, lamb); not for batch norm nor biases.',
    source: nvidia,
  }),
  clipNorm: key(atLeastZero, 0, {
    help: 'Gradients are scaled down so that their norm over all weights is at most this; 0: they are not.',
    source: 'Pascanu et al. 2012, arXiv 1211.5063',
  }),
  accumulate: key(count, 1, { help: 'Batches whose gradients are averaged into one optimizer step.', unit: 'batches' }),
  ema: key(fraction.max(0.999999), 0, {
    help: 'Keeps a moving average of the weights that keeps this much of itself in a step, and evaluates and exports it; 0: off.',
    source: 'Polyak & Juditsky 1992; torchvision',
  }),
  emaWarmup: key(z.boolean(), false, {
    help: 'The moving average of the weights keeps less of itself at first: in step t, counted from 0, min(optimizer.ema, (1 + t) / (10 + t)).',
    source: 'TensorFlow ExponentialMovingAverage with num_updates',
  }),
})
