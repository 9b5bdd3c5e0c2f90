import type { Recipe } from '../schema.ts'
import { inWords, listed, percent, type Check, type Colours } from './facts.ts'

/** Evaluation that sees less of a picture than this share of its square centre misses much of it. */
const LEAST_SEEN = 0.5
/** Objects that evaluation sees so much larger or smaller than training does are other objects to a network. */
const MOST_SCALE = 2
/** How far normalised pixels may be off: their mean from 0, and their deviation from 1, as a factor. */
const MOST_OFF = 2
const MOST_FACTOR = 8

const evaluationSide = ({ evaluationSize, imageSize }: Recipe['data']) => evaluationSize || imageSize

/** Sizes, colours and normalisation that do not fit each other or the pictures. */
export const images: readonly Check[] = [
  ({ recipe: { data, augment } }) => {
    const { evaluationResize } = data
    const side = evaluationSide(data)
    const seen = (side / evaluationResize) ** 2
    if (seen >= LEAST_SEEN) return undefined
    const who = augment.crop === 'random-resized' ? 'Evaluation looks' : 'Training and evaluation look'
    return {
      path: 'data.evaluationResize',
      message: `${who} at ${percent(seen)} of a square picture: a window of ${side} px is cut out of ${evaluationResize}. Set data.evaluationResize to about ${Math.round(side / 0.875)}.`,
    }
  },
  ({ recipe: { data } }) => {
    const scale = evaluationSide(data) / data.imageSize
    if (scale <= MOST_SCALE && scale >= 1 / MOST_SCALE) return undefined
    return {
      path: 'data.evaluationSize',
      message: `The network is trained at ${data.imageSize} px and evaluated at ${evaluationSide(data)}: things look ${inWords(Math.max(scale, 1 / scale))} times as ${scale > 1 ? 'large' : 'small'} to it as in training. Set data.evaluationSize nearer to data.imageSize, or to 0.`,
    }
  },
  ({ recipe: { data } }) =>
    data.std.every((value) => value <= 1) && data.mean.some((value) => value !== 0)
      ? {
          path: 'data.std',
          message: `data.mean and data.std are stated on the scale of 0 to 255, and ${JSON.stringify(data.mean)} and ${JSON.stringify(data.std)} look like those of 0 to 1: multiply them by 255.`,
        }
      : undefined,
  ({ recipe: { data, model }, dataset }) => {
    const colours = dataset?.colours
    if (!colours) return undefined
    return colours.isGrey ? ofGrey(data, model, colours) : ofColour(data, colours)
  },
  ({ recipe: { augment }, dataset }) =>
    dataset?.colours?.isGrey && (augment.saturation > 0 || augment.hue > 0)
      ? {
          path: augment.saturation > 0 ? 'augment.saturation' : 'augment.hue',
          message: 'Every training image is grey, which has no saturation and no hue to change: set it to 0.',
        }
      : undefined,
]

function ofGrey(data: Recipe['data'], model: Recipe['model'], colours: Colours): ReturnType<Check> {
  const own = `data.mean=[${inWords(colours.mean[0]!)}] and data.std=[${inWords(colours.std[0]!)}]`
  if (new Set(data.mean).size > 1 || new Set(data.std).size > 1)
    return {
      path: 'data.mean',
      message: `Every training image is grey, and ${JSON.stringify(data.mean)} and ${JSON.stringify(data.std)} make three different channels of it: the images themselves have ${own}.`,
    }
  if (data.channels === 3 && model.init === '' && model.file === '')
    return {
      path: 'data.channels',
      message:
        'Every training image is grey, so the network sees the same channel three times: data.channels=1 trains on one.',
    }
  return normalised(data, colours)
}

function ofColour(data: Recipe['data'], colours: Colours): ReturnType<Check> {
  if (data.channels === 1)
    return {
      path: 'data.channels',
      message: 'The training images have colours, which data.channels=1 leaves out: the network sees them in grey.',
    }
  return normalised(data, colours)
}

/** Whether pixels are far from a mean of 0 and a deviation of 1 once they are normalised. */
function normalised({ mean, std }: Recipe['data'], colours: Colours): ReturnType<Check> {
  const off = colours.mean.some((own, channel) => {
    const [m, s] = [mean[channel] ?? mean[0]!, std[channel] ?? std[0]!]
    const factor = colours.std[channel]! / s
    return Math.abs(own - m) / s > MOST_OFF || factor > MOST_FACTOR || (factor > 0 && factor < 1 / MOST_FACTOR)
  })
  if (!off) return undefined
  return {
    path: 'data.mean',
    message: `${JSON.stringify(mean)} and data.std ${JSON.stringify(std)} are far from those of the training images, which have a mean of ${listed(colours.mean.map(rounded))} and a standard deviation of ${listed(colours.std.map(rounded))}.`,
  }
}

const rounded = (value: number) => Number(value.toFixed(1))
