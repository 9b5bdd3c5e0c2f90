import { z } from 'zod'
import { atLeastZero, count, fraction, key, nvidia, positive, range } from './key.ts'

const jitter = 'torchvision ColorJitter'

export const augment = z.strictObject({
  crop: key(z.enum(['random-resized', 'pad-and-crop', 'none']), 'random-resized', {
    help: 'random-resized: a random area and aspect ratio, scaled to data.imageSize; pad-and-crop: a random window of the padded image; none: the evaluation transform.',
    source: 'random-resized: Szegedy et al. 2014, arXiv 1409.4842; pad-and-crop: He et al. 2015',
  }),
  area: key(range(positive.max(1)), [0.08, 1], {
    help: 'Smallest and largest share of the image area that a random-resized crop keeps.',
    source: nvidia,
  }),
  aspect: key(range(positive), [3 / 4, 4 / 3], {
    help: 'Smallest and largest width over height of a random-resized crop.',
    source: nvidia,
  }),
  padding: key(z.int().min(0), 4, {
    help: 'Black pixels added on every side before pad-and-crop.',
    unit: 'px',
    source: 'He et al. 2015, section 4.2',
  }),
  flip: key(fraction, 0.5, { help: 'Probability of a left-right flip.', source: nvidia }),
  verticalFlip: key(fraction, 0, { help: 'Probability of a top-bottom flip.' }),
  brightness: key(atLeastZero, 0, {
    help: 'Colour jitter: brightness is multiplied by a number up to this far from 1.',
    source: jitter,
  }),
  contrast: key(atLeastZero, 0, {
    help: 'Colour jitter: contrast is multiplied by a number up to this far from 1.',
    source: jitter,
  }),
  saturation: key(atLeastZero, 0, {
    help: 'Colour jitter: saturation is multiplied by a number up to this far from 1.',
    source: jitter,
  }),
  hue: key(atLeastZero.max(0.5), 0, {
    help: 'Colour jitter: hue is turned by up to this share of a full turn.',
    source: jitter,
  }),
  policy: key(z.enum(['none', 'randaugment', 'trivialaugment']), 'none', {
    help: 'Random operations on every image; randaugment: several of one strength; trivialaugment: a single one of a random strength.',
    source:
      'RandAugment: Cubuk et al. 2019, arXiv 1909.13719; TrivialAugment (wide): Mueller & Hutter 2021, arXiv 2103.10158',
  }),
  operations: key(count.max(10), 2, {
    help: 'RandAugment: how many operations an image goes through, one after the other.',
    source: 'Cubuk et al. 2019',
  }),
  magnitude: key(z.number().min(0).max(30), 9, {
    help: 'RandAugment: strength of every operation; 30 is the full one.',
    source: 'Cubuk et al. 2019',
  }),
  erasing: key(fraction, 0, {
    help: 'Random erasing: probability that a random rectangle of an image is set to data.mean.',
    source: 'Zhong et al. 2017, arXiv 1708.04896',
  }),
  erasingArea: key(range(positive.max(1)), [0.02, 1 / 3], {
    help: 'Random erasing: smallest and largest share of the image that the rectangle covers.',
    source: 'Zhong et al. 2017',
  }),
  erasingAspect: key(range(positive), [0.3, 3.3], {
    help: 'Random erasing: smallest and largest width over height of the rectangle.',
    source: 'Zhong et al. 2017',
  }),
  mixup: key(atLeastZero, 0, {
    help: 'Blends every image and its label with another of the batch, by a share drawn from Beta(this, this); 0: off.',
    source: 'Zhang et al. 2017, arXiv 1710.09412; 0.2 in the 250-epoch recipe of ' + nvidia,
  }),
  cutmix: key(atLeastZero, 0, {
    help: 'Pastes a rectangle of another image of the batch, and its share of the label, by a share drawn from Beta(this, this); 0: off. With mixup too, each batch draws which of the two.',
    source: 'Yun et al. 2019, arXiv 1905.04899',
  }),
  repeats: key(count.max(16), 1, {
    help: 'Repeated augmentation: every image comes this many times, differently augmented, in an epoch of as many images as before.',
    source: 'Hoffer et al. 2019, arXiv 1901.09335; Berman et al. 2019, arXiv 1902.05509',
  }),
})
