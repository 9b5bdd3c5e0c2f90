import { z } from 'zod'
import { atLeastZero, count, countOrNone, fraction, key, nvidia, positive } from './key.ts'

export const schedule = z.strictObject({
  epochs: key(count, 90, { help: 'Passes over the training images.', unit: 'epochs', source: nvidia }),
  steps: key(countOrNone, 0, {
    help: 'Optimizer steps in all, in place of epochs; 0: as many as the epochs have.',
    unit: 'steps',
  }),
  name: key(z.enum(['cosine', 'step', 'polynomial', 'one-cycle', 'constant']), 'cosine', {
    help: 'How the learning rate falls after the warm-up; one-cycle has a rise of its own.',
    source:
      'cosine: Loshchilov & Hutter 2016, arXiv 1608.03983; step: He et al. 2015; one-cycle: Smith & Topin 2017, arXiv 1708.07120',
  }),
  learningRate: key(positive, 0.256, {
    help: 'The highest learning rate, stated for a step of schedule.referenceBatch images and scaled linearly with the images of a step.',
    unit: 'per reference batch',
    source: nvidia + '; linear scaling: Goyal et al. 2017',
  }),
  referenceBatch: key(countOrNone, 256, {
    help: 'Images of the step that schedule.learningRate is stated for; 0: the rate is not scaled.',
    unit: 'images',
    source: 'Goyal et al. 2017, arXiv 1706.02677',
  }),
  finalLearningRate: key(atLeastZero.max(1), 0, {
    help: 'Where the learning rate of cosine, polynomial and one-cycle ends, as a share of the highest.',
  }),
  warmupEpochs: key(atLeastZero, 5, {
    help: 'Epochs at the start over which the learning rate rises linearly; not in one-cycle.',
    unit: 'epochs',
    source: 'Goyal et al. 2017',
  }),
  warmupFromBatch: key(countOrNone, 512, {
    help: 'There is a warm-up only where a step has at least this many images; 0: always.',
    unit: 'images',
    source: nvidia,
  }),
  milestones: key(z.array(positive), [30, 60, 80], {
    help: 'step: the epochs at which the learning rate is multiplied by schedule.factor.',
    unit: 'epochs',
    source: 'Goyal et al. 2017',
  }),
  factor: key(fraction, 0.1, {
    help: 'step: what the learning rate is multiplied by at each of schedule.milestones.',
    source: 'He et al. 2015',
  }),
  power: key(positive, 2, {
    help: 'polynomial: the learning rate falls as this power of the share of steps that are left.',
    source: 'You et al. 2017, arXiv 1708.03888',
  }),
  riseShare: key(fraction, 0.3, {
    help: 'one-cycle: share of all steps in which the learning rate rises.',
    source: 'Smith & Topin 2017; PyTorch OneCycleLR',
  }),
  startShare: key(fraction, 0.04, {
    help: 'one-cycle: where the learning rate begins, as a share of the highest.',
    source: 'PyTorch OneCycleLR',
  }),
})
