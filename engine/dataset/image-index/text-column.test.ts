import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isSame, TextColumn, TextTable } from './text-column.ts'

const texts = fc.array(fc.string({ unit: 'binary' }))

it('gives back what was put in, in order, and selections of it', () => {
  fc.assert(
    fc.property(texts, fc.array(fc.nat()), (names, places) => {
      const column = TextColumn.of(names)
      expect([...column]).toEqual(names)
      expect([column.at(-1), column.at(names.length)]).toEqual([undefined, undefined])
      const rows = names.length === 0 ? [] : places.map((place) => place % names.length)
      const some = column.select(rows)
      expect([...some]).toEqual(rows.map((row) => names[row]))
      expect([...some.select(rows.map((_, i) => i).reverse())]).toEqual(rows.map((row) => names[row]).reverse())
      expect(isSame(some, TextColumn.of(some))).toBe(true)
    }),
  )
})

it('tells columns apart where a text, its place or a border differs', () => {
  const column = TextColumn.of(['ab', 'c', 'dé'])
  const others = [
    ['ab', 'c'],
    ['a', 'bc', 'dé'],
    ['ab', 'dé', 'c'],
    ['ab', 'c', 'de'],
    ['ab', 'c', 'dé', ''],
  ]
  expect(others.filter((other) => isSame(column, TextColumn.of(other)))).toEqual([])
})

it('finds a text with its number among many, and no other', () => {
  const names = Array.from({ length: 3000 }, (_, i) => `class-${i % 7}/${i % 1000}.png`)
  const column = TextColumn.of(names)
  const table = new TextTable(
    column,
    Float64Array.from(names, (_, i) => i * 2 ** 31),
  )
  names.forEach((name, i) => expect(table.rowOf(Buffer.from(name), i * 2 ** 31)).toBe(i))
  expect(table.rowOf(Buffer.from(names[5]!), 6 * 2 ** 31)).toBeUndefined()
  expect(table.rowOf(Buffer.from('class-8/1.png'), 0)).toBeUndefined()
  expect(new TextTable(TextColumn.of([]), new Float64Array()).rowOf(Buffer.from('a'), 0)).toBeUndefined()
})
