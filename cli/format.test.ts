import { describe, expect, it } from 'vitest'
import { counted, decimal, deviceName, duration, percent, shortPath } from './format.ts'
import { table, wrap } from './text.ts'

describe('figures', () => {
  it.each([
    [0, '0s'],
    [59.4, '59s'],
    [59.6, '1m 00s'],
    [130, '2m 10s'],
    [3599, '59m 59s'],
    [3600, '1h 00m'],
    [86_399, '23h 59m'],
    [180_000, '2d 02h'],
    [-1, '0s'],
  ])('%d seconds', (seconds, text) => expect(duration(seconds)).toBe(text))

  it('of other kinds', () => {
    expect([percent(0.8415), percent(1), decimal(0.51234), decimal(12.3456), decimal(123456)]).toEqual([
      '84.2%',
      '100.0%',
      '0.5123',
      '12.35',
      '1.23e+5',
    ])
    expect([counted(1, 'image'), counted(0, 'image')]).toEqual(['1 image', '0 images'])
    expect(deviceName('/job:localhost/replica:0/task:0/device:GPU:1')).toBe('GPU:1')
    expect([shortPath('/home/a/x', '/home/a'), shortPath('/home/ab/x', '/home/a'), shortPath('/x', '')]).toEqual([
      '~/x',
      '/home/ab/x',
      '/x',
    ])
  })
})

it('aligns columns', () => {
  expect(
    table(
      [
        ['a', '1'],
        ['bbb', '22'],
      ],
      [1],
    ),
  ).toBe('a     1\nbbb  22')
  expect(table([])).toBe('')
})

it('wraps at spaces, and leaves a long word whole', () => {
  expect(wrap('one two three', 7)).toBe('one two\nthree')
  expect(wrap('a /very/long/path b', 6)).toBe('a\n/very/long/path\nb')
})
