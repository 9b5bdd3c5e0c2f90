import { expect, it } from 'vitest'
import type { DatasetListing } from '../../shared/contract/trainer.ts'
import { layoutFacts, leftOutRows } from './layout-facts.ts'

const listing: DatasetListing = {
  root: '/data',
  kind: 'image-folder',
  layout: 'folders of images',
  classes: ['cat', 'dog'],
  splits: {
    train: { from: 'Training', images: 1200, perClass: [600, 600] },
    val: { from: 'Testing', images: 1, perClass: [1, 0] },
    test: { images: 0, perClass: [0, 0] },
  },
  leftOut: [{ path: 'Meta', reason: 'is none of the splits' }],
  passedOver: [{ what: '.txt', reason: 'no image', files: 2000, first: 'Training/a.txt' }],
  warnings: [],
}

it('every split is told with its folder', () => {
  expect(layoutFacts(listing)).toEqual([
    ['Layout', 'folders of images'],
    ['Training', '1,200 images from Training'],
    ['Validation', '1 image from Testing'],
  ])
})

it('what is held out is told in place of a folder', () => {
  const { train, test } = listing.splits
  const heldOut = { validationShare: 0.1, splitSeed: 3 }
  const splits = { train: { ...train, from: '.' }, val: { from: '.', images: 120, perClass: [60, 60] }, test }
  expect(layoutFacts({ ...listing, splits, heldOut }).slice(1)).toEqual([
    ['Training', '1,200 images'],
    ['Validation', '10 % of each class are held out for validation, with seed 3'],
  ])
})

it('what is left out and passed over is told with its reason', () => {
  expect(leftOutRows(listing)).toEqual([
    { what: 'Meta', reason: 'is none of the splits', title: 'Meta' },
    { what: '2,000 .txt', reason: 'no image', title: 'Such as Training/a.txt' },
  ])
})
