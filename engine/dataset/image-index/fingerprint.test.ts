import { expect, it } from 'vitest'
import { fingerprint } from './fingerprint.ts'
import { TextColumn } from './text-column.ts'

const images = (paths: string[], labels: number[], bytes: number[]) => ({
  paths: TextColumn.of(paths),
  labels: Int32Array.from(labels),
  bytes: Float64Array.from(bytes),
})
const val = images(['a/9.png'], [0], [5])
const split = (paths: string[], labels: number[], bytes: number[]) => ({ train: images(paths, labels, bytes), val })

it('changes with every name, label, size and order, and with nothing else', () => {
  const one = split(['a/1.png', 'b/2.png'], [0, 1], [10, 20])
  expect(fingerprint(one)).toBe(fingerprint(split([...one.train.paths], [0, 1], [10, 20])))
  const others = [
    split(['a/1.png', 'b/3.png'], [0, 1], [10, 20]),
    split(['a/1.pn', 'gb/2.png'], [0, 1], [10, 20]),
    split(['a/1.png', 'b/2.png'], [1, 0], [10, 20]),
    split(['a/1.png', 'b/2.png'], [0, 1], [10, 21]),
    split(['b/2.png', 'a/1.png'], [1, 0], [20, 10]),
    { ...one, val: images(['a/9.png'], [0], [6]) },
  ]
  expect(new Set([one, ...others].map(fingerprint)).size).toBe(7)
})
