import { bestMetrics } from '../best-metrics.ts'
import { z } from 'zod'
import { count, countOrNone, key, positive } from './key.ts'

export const run = z.strictObject({
  name: key(z.string().max(100), '', { help: 'What the run is called; empty: made from the network and the dataset.' }),
  device: key(z.enum(['auto', 'gpu', 'cpu']), 'auto', {
    help: 'Where the network is computed. auto: on the GPU where one can be used, else on the processor, and the run says why; gpu: the run stops where none can be used; cpu: on the processor.',
  }),
  seed: key(countOrNone, 1, { help: 'Decides the first weights, the order of the images and their augmentation.' }),
  evaluateEvery: key(countOrNone, 1, {
    help: 'Evaluate after this many epochs, and at the end; 0: never.',
    unit: 'epochs',
  }),
  checkpointEvery: key(count, 1, { help: 'Save a checkpoint after this many epochs, and at the end.', unit: 'epochs' }),
  keepCheckpoints: key(count, 3, {
    help: 'So many of the newest checkpoints are kept, and the best one; older ones are deleted.',
    unit: 'checkpoints',
  }),
  logEvery: key(count, 10, { help: 'Write the training metrics after this many steps, as their mean.', unit: 'steps' }),
  bestMetric: key(z.enum(bestMetrics), 'top1', {
    help: 'The metric of validation that says which checkpoint is the best; the loss is the cross-entropy without smoothing, whatever the loss of training.',
  }),
  earlyStopping: key(countOrNone, 0, {
    help: 'Ends the run when run.bestMetric has not improved in this many evaluations, one after the other; 0: never.',
    unit: 'evaluations',
  }),
  onDivergence: key(z.enum(['stop', 'roll-back']), 'stop', {
    help: 'When the loss becomes infinite or not a number: end the run, or go on from the last good checkpoint, which has a finite loss, with a lower rate.',
  }),
  rollBackFactor: key(positive.max(0.99), 0.5, {
    help: 'What the learning rate is multiplied by when a run that diverged is rolled back.',
  }),
  rollBacks: key(count, 3, {
    help: 'How often a run that diverges is rolled back before it ends all the same.',
    unit: 'times',
  }),
})
