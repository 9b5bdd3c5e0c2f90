import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import { LiteralPath } from './literal-path.ts'

function open(name: string): string {
  const folder = join(temporaryFolder(), name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'weights'), '')
  return folder
}

it('a folder without anything that patterns have is itself', () => {
  const folder = open('plain {1} (2) ~ $HOME ñ')
  using literal = new LiteralPath(folder)
  expect(literal.path).toBe(folder)
})

it.each(['[1]', 'a*', 'a?', 'a\\b', ']'])('a folder %s is reached by a link, which is gone afterwards', (name) => {
  const folder = open(name)
  let link = ''
  {
    using literal = new LiteralPath(folder)
    link = literal.path
    expect(link).not.toMatch(/[*?[\]\\]/)
    expect(readdirSync(link)).toEqual(['weights'])
  }
  expect(existsSync(dirname(link))).toBe(false)
  expect(readdirSync(folder)).toEqual(['weights'])
})

it.each(['[1]', 'none'])('the link lies elsewhere where temporary files are to lie in %s', (place) => {
  const before = process.env.TMPDIR
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  })
  const folder = open('[1]')
  process.env.TMPDIR = join(dirname(folder), place)
  using literal = new LiteralPath(folder)
  expect(dirname(dirname(literal.path))).toBe('/tmp')
})
