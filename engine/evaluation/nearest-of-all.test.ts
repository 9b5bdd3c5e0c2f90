import { expect, it } from 'vitest'
import { UsageError } from '../../shared/errors.ts'
import { nearest } from '../../shared/figures/index.ts'
import { nearestOfAll } from './nearest-of-all.ts'

const WIDTH = 6
const random = (samples: number) => Float32Array.from({ length: samples * WIDTH }, (_, i) => Math.sin(i * i + 1))

it('finds the neighbours that a search for each sample finds, block by block, without the sample itself', async () => {
  const features = random(23)
  const found = await nearestOfAll(features, WIDTH, 4, { block: 5 })
  expect(found.searched).toBe(23)
  for (let row = 0; row < 23; row++) {
    const of = features.subarray(row * WIDTH, (row + 1) * WIDTH)
    const expected = nearest(features, WIDTH, of, 5)
    expect([...found.rows.subarray(4 * row, 4 * row + 4)]).toEqual([...expected.rows].slice(1))
    found.similarities
      .subarray(4 * row, 4 * row + 4)
      .forEach((similarity, i) => expect(similarity).toBeCloseTo(expected.similarities[i + 1]!, 6))
  }
})

it('searches among every second sample where they are too many, and still finds neighbours of all', async () => {
  const features = random(9)
  const found = await nearestOfAll(features, WIDTH, 2, { mostSearched: 5 })
  expect(found.searched).toBe(5)
  expect(found.rows.every((row) => row >= 0 && row % 2 === 0)).toBe(true)
})

it('leaves out samples without a direction, and says where there is none at all', async () => {
  const features = random(4).fill(0, WIDTH, 2 * WIDTH)
  features[2 * WIDTH] = NaN
  const found = await nearestOfAll(features, WIDTH, 2)
  expect([...found.rows]).toEqual([3, -1, -1, -1, -1, -1, 0, -1])
  expect([...(await nearestOfAll(new Float32Array(12), WIDTH, 1)).rows]).toEqual([-1, -1])
})

it('refuses more samples than can be searched for in minutes', async () => {
  await expect(nearestOfAll(new Float32Array(200_001), 1, 1)).rejects.toThrow(UsageError)
})
