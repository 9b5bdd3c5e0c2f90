import type { Recipe } from './schema.ts'

/** What must hold between the keys of data and augment; each says what is wrong, if anything is. */
export const imageChecks: readonly ((recipe: Recipe) => string | undefined)[] = [
  ({ augment: { saturation, hue }, data: { channels } }) =>
    channels === 1 && (saturation > 0 || hue > 0)
      ? `augment.${hue > 0 ? 'hue' : 'saturation'} must be 0 where data.channels is 1, since grey images have no colour, not ${hue > 0 ? hue : saturation}.`
      : undefined,
  ({ augment: { mixup, cutmix }, data: { batchSize } }) =>
    batchSize === 1 && (mixup > 0 || cutmix > 0)
      ? `augment.${mixup > 0 ? 'mixup' : 'cutmix'} needs another image of the batch; set data.batchSize to at least 2, or it to 0.`
      : undefined,
  ({ augment: { crop }, data: { evaluationResize, imageSize } }) =>
    crop !== 'random-resized' && evaluationResize < imageSize
      ? `data.evaluationResize must be at least data.imageSize (${imageSize}), since augment.crop is ${crop} and takes its window from it, not ${evaluationResize}.`
      : undefined,
  ({ data: { fold, folds } }) =>
    folds === 1
      ? 'data.folds must be at least 2, or 0, not 1: with one fold there is nothing to train on.'
      : fold > 0 && fold >= folds
        ? `data.fold must be below data.folds (${folds}), not ${fold}.`
        : undefined,
  ({ data }) => (data.startImageSize > 0 ? growth(data) : undefined),
]

const GRAIN = 32

function growth({ startImageSize, imageSize, resizeEpochs: [, to] }: Recipe['data']): string | undefined {
  if (startImageSize >= imageSize)
    return `data.startImageSize must be below data.imageSize (${imageSize}) for images to grow, or 0, not ${startImageSize}.`
  const [name, size] = startImageSize % GRAIN === 0 ? ['imageSize', imageSize] : ['startImageSize', startImageSize]
  if (size % GRAIN !== 0)
    return `data.${name} must be a multiple of ${GRAIN} where images grow during training, not ${size}.`
  return to === 0
    ? 'data.resizeEpochs must say in which epochs images grow, since data.startImageSize is set, such as [0,30], not [0,0].'
    : undefined
}
