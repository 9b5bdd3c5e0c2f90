import type { DatasetDetails, HoldOut, Spread } from '../../shared/contract/trainer.ts'
import { formatCount, formatNumber } from '../ui/format.ts'

/** What the images of a dataset are like, in names and values. */
export function imageFacts({
  widths,
  heights,
  modes,
  turned,
  copied,
  imbalance,
  mean,
  std,
}: DatasetDetails): [string, string][] {
  const channels = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(', ')
  return [
    ['Width', spread(widths)],
    ['Height', spread(heights)],
    ['Files', modes.map(({ name, images }) => `${formatCount(images)} ${name}`).join(', ')],
    ...(copied > 0
      ? [
          ['Copied', `${formatCount(copied)}, decoded by way of PNG or JPEG copies in the cache folder`] as [
            string,
            string,
          ],
        ]
      : []),
    ...(turned > 0 ? [['Turned', `${formatCount(turned)}, as EXIF notes their orientation`] as [string, string]] : []),
    ['Balance', balance(imbalance)],
    ['Mean RGB', `${channels(mean)} of 255`],
    ['Deviation', channels(std)],
  ]
}

/** How the validation images of a dataset without splits were chosen. */
export const heldOutText = ({ validationShare, splitSeed }: HoldOut): string =>
  `${formatNumber(100 * validationShare, 3)} % of each class are held out for validation, with seed ${splitSeed}`

const spread = ({ least, median, most }: Spread) =>
  least === most
    ? `${formatCount(least)} px`
    : `${formatCount(least)} to ${formatCount(most)} px, median ${formatCount(median)}`

function balance({ largest, smallest, ratio }: DatasetDetails['imbalance']): string {
  return ratio === 1
    ? 'as many training images in every class'
    : `${largest} has ${ratio.toFixed(1)} times the training images of ${smallest}`
}
