import { describe, expect, it } from 'vitest'
import { describeType } from './describe.ts'
import { findKey, recipeGroups, recipeKeys } from './keys.ts'
import { recipeMarkdown } from './markdown.ts'
import { parseRecipe } from './validate.ts'

describe('the list of keys', () => {
  it('holds every key of a complete recipe, in order, with its default', () => {
    const recipe = parseRecipe({})
    expect(Object.keys(recipe)).toEqual(recipeGroups)
    const leaves = Object.entries(recipe).flatMap(([group, keys]) =>
      Object.entries<unknown>(keys).map(([name, value]) => [`${group}.${name}`, value]),
    )
    expect(recipeKeys.map(({ path, initial }) => [path, initial])).toEqual(leaves)
  })

  it('documents every key', () => {
    for (const { path, help } of recipeKeys) expect(help, path).toMatch(/^\S.*\.$/)
  })

  it.each([
    ['schedule.epochs', 'a whole number of at least 1'],
    ['augment.padding', 'a whole number of at least 0'],
    ['augment.flip', 'a number from 0 to 1'],
    ['schedule.learningRate', 'a number above 0'],
    ['data.channels', '1 or 3'],
    ['data.mean', 'a list of 1 to 3 numbers'],
    ['augment.aspect', 'a list of 2 numbers above 0'],
    ['schedule.milestones', 'a list of numbers above 0'],
    ['run.name', 'text of at most 100 characters'],
    ['precision.oneDnn', 'true or false'],
  ])('says what %s may hold', (path, words) => {
    expect(describeType(findKey(path)!.type)).toBe(words)
  })
})

it('is a Markdown page with a row for every key', () => {
  const page = recipeMarkdown()
  for (const { path } of recipeKeys) expect(page).toContain(`\n| \`${path}\` |`)
  // The rows of a table have as many cells as its head.
  const tables = page
    .trimEnd()
    .split('\n\n')
    .filter((block) => block.startsWith('|'))
  for (const block of tables)
    expect(new Set(block.split('\n').map((row) => row.replaceAll('\\|', '').split('|').length)).size, block).toBe(1)
})
