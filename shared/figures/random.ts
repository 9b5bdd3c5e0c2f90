import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'

/** Random numbers that are the same for a seed on every machine: integers throughout. The lowest 32 bits of a seed count. */
export function randomNumbers(seed: number): RandomGenerator {
  const numbers = xoroshiro128plus(seed)
  // The first numbers of neighbouring seeds are alike; those after the jump are not.
  numbers.jump()
  return numbers
}

/** Puts a list into a random order, in place (Fisher & Yates, as Durstenfeld 1964 has it). */
export function shuffle(list: Int32Array, seed: number): void {
  const numbers = randomNumbers(seed)
  for (let i = list.length - 1; i > 0; i--) {
    const j = uniformInt(numbers, 0, i)
    const value = list[i]!
    list[i] = list[j]!
    list[j] = value
  }
}
