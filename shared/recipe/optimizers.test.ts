import { expect, it } from 'vitest'
import { findKey } from './keys.ts'
import { ownOptimizerKeys } from './optimizers.ts'

it('optimizers go by keys that the recipe has', () => {
  expect(ownOptimizerKeys.filter((key) => !findKey(`optimizer.${key}`))).toEqual([])
})
