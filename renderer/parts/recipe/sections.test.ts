import { expect, it } from 'vitest'
import { recipeGroups, recipeKeys } from '../../../shared/recipe/keys.ts'
import { sectionsOf, sectionStarts } from './sections.ts'

it('every key is in one section, in the order of the schema', () => {
  expect(recipeGroups.flatMap(sectionsOf).flatMap(({ keys }) => keys)).toEqual(recipeKeys)
})

it('sections begin with keys that exist, and are not long', () => {
  const paths = recipeKeys.map(({ path }) => path)
  expect(sectionStarts.filter((path) => !paths.includes(path))).toEqual([])
  for (const { title, keys } of recipeGroups.flatMap(sectionsOf)) expect(keys.length, title).toBeLessThanOrEqual(8)
})

it('a small group is all one', () => {
  expect(sectionsOf('loss').map(({ title }) => title)).toEqual([''])
})
