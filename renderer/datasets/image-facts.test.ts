import { expect, it } from 'vitest'
import type { DatasetDetails } from '../../shared/contract/trainer.ts'
import { imageFacts } from './image-facts.ts'

const none = { groups: 0, images: 0, acrossSplits: 0, acrossClasses: 0, examples: [] }
const details: DatasetDetails = {
  widths: { least: 32, median: 32, most: 32 },
  heights: { least: 28, median: 500, most: 4000 },
  modes: [
    { name: 'JPEG RGB', images: 12_000 },
    { name: 'PNG grey', images: 3 },
  ],
  turned: 2,
  copied: 4,
  imbalance: { largest: 'cat', smallest: 'owl', ratio: 12.345 },
  mean: [123.675, 116.28, 103.53],
  std: [58.395, 57.12, 57.375],
  exactDuplicates: none,
  nearDuplicates: none,
}

it('the images are told in names and values', () => {
  expect(Object.fromEntries(imageFacts(details))).toEqual({
    Width: '32 px',
    Height: '28 to 4,000 px, median 500',
    Files: '12,000 JPEG RGB, 3 PNG grey',
    Copied: '4, decoded by way of PNG or JPEG copies in the cache folder',
    Turned: '2, as EXIF notes their orientation',
    Balance: 'cat has 12.3 times the training images of owl',
    'Mean RGB': '123.67, 116.28, 103.53 of 255',
    Deviation: '58.40, 57.12, 57.38',
  })
})

it('what is even is told so', () => {
  const facts = Object.fromEntries(imageFacts({ ...details, imbalance: { largest: 'a', smallest: 'b', ratio: 1 } }))
  expect(facts).toMatchObject({ Balance: 'as many training images in every class' })
})
