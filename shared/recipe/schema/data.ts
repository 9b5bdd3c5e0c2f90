import { z } from 'zod'
import { atLeastZero, count, countOrNone, fraction, key, nvidia, positive } from './key.ts'

export const data = z.strictObject({
  dataset: key(z.string(), '', { help: 'The name of a dataset, or the path of its folder.' }),
  validationShare: key(fraction.max(0.9), 0.1, {
    help: 'Where a dataset has no split of its own, this share of each class is held out for validation, and at least one image of it; 0: none, and the run is never evaluated.',
  }),
  splitSeed: key(countOrNone, 1, {
    help: 'Decides which images are held out for validation where a dataset has no split of its own.',
  }),
  folds: key(countOrNone, 0, {
    help: 'The training images are dealt into so many parts, of each class alike, by data.splitSeed; the part data.fold is left out of training and validated on in place of the validation images. 0: they are not.',
  }),
  fold: key(countOrNone, 0, { help: 'Which of data.folds is validated on, from 0.' }),
  corrections: key(z.string(), '', {
    help: 'A file of corrections of the labels, as "anneal corrections" writes it: labels that are changed, images that are left out. Empty: none.',
  }),
  imageSize: key(count, 224, {
    help: 'Height and width of the images that the network is trained on, and evaluated on unless data.evaluationSize is set.',
    unit: 'px',
  }),
  startImageSize: key(countOrNone, 0, {
    help: 'Progressive resizing: training starts at this size and grows to data.imageSize; 0: it does not.',
    unit: 'px',
    source: 'Howard 2018; Leclerc et al. 2023, arXiv 2306.12517',
  }),
  resizeEpochs: key(
    z
      .tuple([atLeastZero, atLeastZero])
      .refine(([from, to]) => from <= to, 'the first number must not exceed the second'),
    [0, 0],
    {
      help: 'Progressive resizing: the epochs between which the size of training images grows, in steps of 32 px.',
      unit: 'epochs',
      source: 'Leclerc et al. 2023, arXiv 2306.12517',
    },
  ),
  evaluationResize: key(count, 256, {
    help: 'The short side of an image is scaled to this before the centre crop of evaluation, and of training where augment.crop is another than random-resized.',
    unit: 'px',
    source: nvidia,
  }),
  evaluationSize: key(countOrNone, 0, {
    help: 'Height and width of what evaluation sees, cut out of the centre; 0: data.imageSize.',
    unit: 'px',
    source: 'Touvron et al. 2019, arXiv 1906.06423',
  }),
  resample: key(z.enum(['bilinear', 'bilinear-antialias', 'bicubic-antialias']), 'bilinear', {
    help: 'How crops are scaled, in training, evaluation and prediction: bilinear: between the nearest pixels, without a low-pass filter, so that scaling down skips pixels; the antialias forms: over all pixels that one of the result covers, as Pillow and torchvision do it.',
    source: 'bilinear: ' + nvidia + '; antialias: Pillow, Image.resize',
  }),
  evaluationFlip: key(z.boolean(), false, {
    help: 'Evaluation averages the logits of an image and of its mirror image.',
    source: 'Krizhevsky et al. 2012',
  }),
  channels: key(z.union([z.literal(1), z.literal(3)]), 3, {
    help: 'Colour channels of what the network sees: 1 grey, 3 RGB.',
  }),
  mean: key(z.array(z.number()).min(1).max(3), [123.675, 116.28, 103.53], {
    help: 'Normalisation: subtracted from each colour channel; one number for all channels, or one for each.',
    unit: '0-255',
    source: 'the mean of ImageNet',
  }),
  std: key(z.array(positive).min(1).max(3), [58.395, 57.12, 57.375], {
    help: 'Normalisation: what each colour channel is divided by once the mean is subtracted; one number for all channels, or one for each.',
    unit: '0-255',
    source: 'the standard deviation of ImageNet',
  }),
  batchSize: key(count, 256, { help: 'Images in a batch of training.', unit: 'images' }),
  evaluationBatchSize: key(count, 256, { help: 'Images in a batch of evaluation.', unit: 'images' }),
  cache: key(z.enum(['none', 'memory', 'disk']), 'none', {
    help: 'Keeps decoded training images as raw pixels, their short side at data.evaluationResize, and crops from these: in memory, or in a file of the cache folder.',
    source: 'Leclerc et al. 2023, arXiv 2306.12517',
  }),
})
