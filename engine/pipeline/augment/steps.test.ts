import { expect, it } from 'vitest'
import { augmentations, cropPlaces } from './steps.ts'

it('no two steps have a random number in common', () => {
  const places = augmentations.flatMap(({ step, first }) => Array.from({ length: step.numbers }, (_, i) => first + i))
  expect(new Set(places).size).toBe(places.length)
  expect(Math.min(...places)).toBe(cropPlaces.top)
})
