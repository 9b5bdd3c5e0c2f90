import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { recipeMarkdown } from '../shared/recipe/markdown.ts'

it('docs/recipes.md is what the schema and the presets say; "npm run docs" writes it anew', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/recipes.md'), 'utf8')
  expect(page.split('\n')).toEqual(recipeMarkdown().split('\n'))
})
