import { expect, it } from 'vitest'
import { axisValue, keyAxis } from './key-axis.ts'

it.each([
  [[0.1, 0.4], { kind: 'number', log: false, whole: false }],
  [[1e-5, 1e-3], { kind: 'number', log: true, whole: false }],
  [[0, 1000], { kind: 'number', log: false, whole: true }],
  [['resnet18', 'resnet8', 'resnet18'], { kind: 'text', places: ['resnet8', 'resnet18'] }],
  [[true, false], { kind: 'text', places: ['off', 'on'] }],
  [
    [
      [0.08, 1],
      [0.2, 1],
    ],
    { kind: 'text', places: ['0.08, 1', '0.2, 1'] },
  ],
])('%j are laid out as %j', (values, axis) => {
  expect(keyAxis(values)).toEqual(axis)
})

it('a value is a number or its text', () => {
  expect(axisValue({ kind: 'number', log: false, whole: false }, 0.5)).toBe(0.5)
  expect(axisValue({ kind: 'text', places: ['on'] }, true)).toBe('on')
})
