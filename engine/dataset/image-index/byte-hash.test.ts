import { expect, it } from 'vitest'
import { hashOf } from './byte-hash.ts'

// Published values of MurmurHash3_x86_32.
it.each([
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['a', 0x9747b28c, 0x7fa09ea6],
  ['aa', 0x9747b28c, 0x5d211726],
  ['aaa', 0x9747b28c, 0x283e0130],
  ['aaaa', 0x9747b28c, 0x5a97808a],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
])('of %j with seed %i is as published', (text, seed, expected) => {
  expect(hashOf(Buffer.from(text), seed)).toBe(expected)
})
