import { expect, it } from 'vitest'
import { classColours, drawingOrder, entriesOf, FAINT, GREY, worstClasses } from './map-colours.ts'

const columns = { labels: Int32Array.of(0, 0, 1, 2, 2, 1), guesses: Int32Array.of(0, 1, 1, 0, -1, 1) }
const none = new Set<number>()

it('colours by label, by guess, and by right and wrong', () => {
  const legend = classColours(3, [])
  expect(legend.map(({ label }) => label)).toEqual([0, 1, 2])
  expect(new Set(legend.map(({ colour }) => colour)).size).toBe(3)
  const by = (colouring: 'label' | 'guess' | 'right', lit: ReadonlySet<number> = none) => [
    ...entriesOf(columns, { colouring, legend, lit }),
  ]
  expect(by('label')).toEqual([0, 0, 1, 2, 2, 1])
  expect(by('guess')).toEqual([0, 1, 1, 0, GREY, 1])
  expect(by('right')).toEqual([0, 1, 0, 1, 1, 0])
  expect(by('label', new Set([1]))).toEqual([GREY, GREY, 1, GREY, GREY, 1])
})

it('of many classes only the chosen ones have a colour, those with most mistakes at first', () => {
  const legend = classColours(1000, [2, 0])
  expect(legend.map(({ label }) => label)).toEqual([2, 0])
  expect([...entriesOf(columns, { colouring: 'label', legend, lit: none })]).toEqual([1, 1, GREY, 0, 0, GREY])
  expect(worstClasses(columns, 1000).slice(0, 3)).toEqual([2, 0, 1])
})

it('draws what is wrong over what is right, and that over what is not looked at', () => {
  const legend = classColours(3, [])
  const entries = entriesOf(columns, {
    colouring: 'label',
    legend,
    lit: new Set([0, 2]),
    among: Int32Array.of(0, 1, 2),
  })
  expect([...entries]).toEqual([0, 0, GREY, FAINT, FAINT, FAINT])
  expect([...drawingOrder(entries, columns)]).toEqual([3, 4, 5, 2, 0, 1])
})
