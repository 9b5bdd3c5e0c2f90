import leven from 'leven'
import { recipeGroups, recipeKeys } from './keys.ts'

/** Two spellings of one name, `learning_rate` and `learningRate`, are the same here. */
const plain = (text: string) => text.toLowerCase().replaceAll(/[_-]/g, '')

/** The candidate with the fewest letters to change, if these are at most half of the word. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const spelling = plain(word)
  const most = Math.max(1, word.length / 2)
  const ranked = candidates
    .map((candidate) => ({ candidate, spelling: plain(candidate) }))
    // As many letters as they differ in length must change at least: a word of a million letters is near to nothing.
    .filter((other) => Math.abs(other.spelling.length - spelling.length) <= most)
    .map(({ candidate, spelling: other }) => ({ candidate, distance: leven(spelling, other) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best && best.distance <= most ? best.candidate : undefined
}

/** The key that an unknown `group.name` may have meant: the whole path is compared, and the name alone in case it is in the wrong group. */
function nearestKey(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('.') + 1)
  const byName = nearest(
    name,
    recipeKeys.map((key) => key.name),
  )
  const byPath = nearest(
    path,
    recipeKeys.map((key) => key.path),
  )
  const named = recipeKeys.filter((key) => key.name === byName).map((key) => key.path)
  const sameGroup = named.find((candidate) => candidate.startsWith(path.slice(0, path.lastIndexOf('.') + 1)))
  const best = sameGroup ?? named[0]
  if (!best || !byName) return byPath
  return leven(plain(name), plain(byName)) <= leven(plain(path), plain(byPath ?? '')) ? best : byPath
}

/** What to try in place of an unknown key: the nearest one, or the choice there is. */
export function suggestKey(path: string): string {
  const suggestion = nearestKey(path)
  if (suggestion) return `did you mean ${suggestion}?`
  const group = path.split('.')[0]!
  if (!recipeGroups.includes(group)) return `its groups are ${recipeGroups.join(', ')}.`
  return `the keys of ${group} are ${recipeKeys
    .filter((key) => key.group === group)
    .map((key) => key.name)
    .join(', ')}.`
}
