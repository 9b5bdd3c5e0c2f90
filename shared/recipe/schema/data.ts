import { z } from 'zod'
import { atLeastZero, count, countOrNone, fraction, key, nvidia, positive } from './key.ts'

export const data = z.strictObject({
  dataset: key(z.string(), '', { help: 'The name of a dataset, or the path of its folder.' }),
  validationShare: key(fraction.max(0.9), 0.1, {
    help: 'Where a dataset has no split of its own, this share of each class is held out for validation.',
  }),
  splitSeed: key(countOrNone, 1, { help: 'Decides which images those are.' }),
  imageSize: key(count, 224, { help: 'Height and width of what the network sees.', unit: 'px' }),
  startImageSize: key(countOrNone, 0, {
    help: 'Progressive resizing: training starts at this size and grows to the image size; 0: it does not.',
    unit: 'px',
    source: 'Howard 2018; Leclerc et al. 2023, arXiv 2306.12517',
  }),
  resizeEpochs: key(
    z
      .tuple([atLeastZero, atLeastZero])
      .refine(([from, to]) => from <= to, 'the first number must not exceed the second'),
    [0, 0],
    {
      help: 'Progressive resizing: the epochs between which the size grows, in steps of 32 px.',
      unit: 'epochs',
      source: 'Leclerc et al. 2023, arXiv 2306.12517',
    },
  ),
  evaluationResize: key(count, 256, {
    help: 'The short side is scaled to this before the centre crop of evaluation.',
    unit: 'px',
    source: nvidia,
  }),
  evaluationSize: key(countOrNone, 0, {
    help: 'Height and width of what evaluation sees, cut out of the centre; 0: the image size.',
    unit: 'px',
    source: 'Touvron et al. 2019, arXiv 1906.06423',
  }),
  evaluationFlip: key(z.boolean(), false, {
    help: 'Evaluation averages the logits of an image and of its mirror image.',
    source: 'Krizhevsky et al. 2012',
  }),
  channels: key(z.union([z.literal(1), z.literal(3)]), 3, {
    help: 'Colour channels of what the network sees: 1 grey, 3 RGB.',
  }),
  mean: key(z.array(z.number()).min(1).max(3), [123.675, 116.28, 103.53], {
    help: 'Subtracted from each channel.',
    unit: '0-255',
    source: 'the mean of ImageNet',
  }),
  std: key(z.array(positive).min(1).max(3), [58.395, 57.12, 57.375], {
    help: 'Each channel is divided by this after the mean.',
    unit: '0-255',
    source: 'the standard deviation of ImageNet',
  }),
  batchSize: key(count, 256, { help: 'Images in a training step, on each device.', unit: 'images' }),
  evaluationBatchSize: key(count, 256, { help: 'Images in an evaluation step.', unit: 'images' }),
  cache: key(z.enum(['none', 'memory', 'disk']), 'none', {
    help: 'Keeps decoded training images as raw pixels, their short side at evaluationResize, and crops from these: in memory, or in a file of the cache folder.',
    source: 'Leclerc et al. 2023, arXiv 2306.12517',
  }),
})
