import { z } from 'zod'
import { architectures, architecturesWhere, traitsOf } from '../architectures.ts'
import { countOrNone, fraction, key, nvidia, positive } from './key.ts'

/** What the key of a network was published with, as `convnext-tiny 0.1`. */
const published = (key: 'stochasticDepth' | 'dropout') =>
  architecturesWhere((traits) => traits.published?.[key] !== undefined)
    .map((name) => `${name} ${traitsOf(name).published?.[key]}`)
    .join(', ')

export const model = z.strictObject({
  architecture: key(z.enum(architectures), 'resnet50', {
    help: `The network: ${architecturesWhere(({ isSmall }) => isSmall).join(', ')} are for images of about 32 px, the others for about 224 px; ResNets are in their v1.5 form.`,
    source: 'He et al. 2015, arXiv 1512.03385; v1.5: ' + nvidia,
  }),
  file: key(z.string(), '', {
    help: 'A model.json of tf.layers, or the JSON of a Keras model, to train in place of the architecture, with the weights beside it or fresh ones; a softmax at its end is left out. Empty: none.',
  }),
  initialization: key(z.enum(['fan_in', 'fan_out']), 'fan_out', {
    help: "What the variance of a convolution's first weights is divided by: the number of its inputs or of its outputs.",
    source: 'He et al. 2015, arXiv 1502.01852; ' + nvidia,
  }),
  batchNormMomentum: key(fraction, 0.9, {
    help: 'Batch norm: how much of its moving mean and variance a step keeps.',
    source: nvidia,
  }),
  batchNormEpsilon: key(positive, 1e-5, {
    help: 'Batch norm: added to the variance before its square root is taken.',
    source: nvidia,
  }),
  zeroInitResidual: key(z.boolean(), false, {
    help: 'The last batch-norm scale of every residual block starts at zero, so that a block starts as the identity.',
    source: 'Goyal et al. 2017, arXiv 1706.02677, section 5.1',
  }),
  blurPool: key(z.boolean(), false, {
    help: 'Every step down in resolution after the first convolution blurs before it drops pixels (ResNet family).',
    source: 'Zhang 2019, arXiv 1904.11486',
  }),
  padding: key(z.enum(['symmetric', 'same']), 'symmetric', {
    help: 'Where zeroes are added before a convolution or pooling that halves the size: symmetric: as many on every side, as in PyTorch; same: as TensorFlow does it, at an even size one more at the bottom and on the right than at the top and on the left.',
    source: 'symmetric: torchvision; same: ' + nvidia,
  }),
  stochasticDepth: key(fraction.max(0.99), 0, {
    help: `Probability that the last residual block is skipped for an image in training; it rises linearly from 0 at the first. Published: ${published('stochasticDepth')}.`,
    source: 'Huang et al. 2016, arXiv 1603.09382',
  }),
  dropout: key(fraction.max(0.99), 0, {
    help: `Share of the features before the classifier that training sets to zero. Published: ${published('dropout')}.`,
    source: 'Srivastava et al. 2014',
  }),
  init: key(z.string(), '', {
    help: 'A checkpoint whose weights the network starts from, as a folder or as a run and a checkpoint such as last/best; where the number of classes differs, the classifier is made new. Empty: fresh weights.',
  }),
  frozenStages: key(countOrNone, 0, {
    help: 'The stem and this many stages keep the weights they start with, batch norm included; 0: nothing is frozen.',
    unit: 'stages',
  }),
})
