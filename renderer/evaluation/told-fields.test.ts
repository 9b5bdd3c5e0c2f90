import { expect, it } from 'vitest'
import { inWindow, toldBy } from './told-fields.ts'

it('takes what was written, and leaves out what was not', () => {
  expect(
    toldBy({ classes: 'one\ntwo\n', outputs: 'logits', imageSize: '32', mean: '0.5, 1,2', std: '255', signature: ' ' }),
  ).toEqual({ classes: ['one', 'two'], outputs: 'logits', imageSize: 32, mean: [0.5, 1, 2], std: [255] })
  expect(toldBy({})).toEqual({})
})

it.each([
  [{ imageSize: '3.5' }, '“Image size” does not fit'],
  [{ mean: '1,,2' }, '“Mean” does not fit'],
  [{ std: '0' }, '“Std” does not fit'],
  [{ classes: 'one\none' }, '“Classes” names "one" twice'],
  [{ classes: `one\n${'a'.repeat(2000)}` }, '“Classes” does not fit'],
])('%j is refused with the name of its field', (written, message) => {
  expect(() => toldBy(written)).toThrow(message)
})

it('tells an error with the titles of fields', () => {
  expect(
    inWindow(
      'tell it by --classes FILE (the names of the classes); --outputs logits|probabilities (what they are); --mean N[,N,N] (of pixels); --image-size N (height); name one of them with --output: "a"; with --outputs logits, or --resample bilinear|bilinear-antialias (how).',
    ),
  ).toBe(
    'tell it by “Classes” (the names of the classes); “Outputs” (what they are); “Mean” (of pixels); “Image size” (height); name one of them with “Output”: "a"; with “Outputs” logits, or “Scaling” (how).',
  )
})
