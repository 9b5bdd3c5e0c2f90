import { z } from 'zod'
import { atLeastZero, fraction, key, positive } from './key.ts'

export const loss = z.strictObject({
  name: key(z.enum(['softmax', 'bce', 'focal']), 'softmax', {
    help: 'softmax: cross-entropy over the classes; bce: binary cross-entropy of each class; focal: cross-entropy that weighs easy images less.',
    source: 'bce: Wightman et al. 2021, arXiv 2110.00476; focal: Lin et al. 2017, arXiv 1708.02002',
  }),
  labelSmoothing: key(fraction, 0.1, {
    help: 'Label smoothing: this share of the label goes to all classes alike.',
    source: 'Szegedy et al. 2015, arXiv 1512.00567, section 7',
  }),
  targetThreshold: key(fraction, 0, {
    help: 'bce: a soft label above this counts as 1, any other as 0; 0: labels stay soft.',
    source: 'Wightman et al. 2021, arXiv 2110.00476',
  }),
  focalGamma: key(atLeastZero, 2, {
    help: 'focal: an image counts by 1 less the probability of its class, to this power.',
    source: 'Lin et al. 2017',
  }),
  balanced: key(z.boolean(), false, {
    help: 'Whether the loss of an image counts inversely to the number of training images of its class, and as 1 on average.',
    source: 'scikit-learn, "balanced"',
  }),
  classWeights: key(z.array(positive), [], {
    help: 'How much an image of each class counts, a number for each class in their order; the loss of an image is multiplied by it, and the mean is over the images. None: all alike.',
  }),
})
