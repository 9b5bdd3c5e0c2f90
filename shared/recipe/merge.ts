const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Lays one unchecked recipe document over another, key by key. What is not an object of groups takes the
 * place of what is below it, for the validation to refuse.
 */
export function mergeRecipes(below: unknown, above: unknown): unknown {
  if (!isGroup(below) || !isGroup(above)) return above
  return Object.fromEntries(
    [...new Set([...Object.keys(below), ...Object.keys(above)])].map((group) => [
      group,
      mergeGroup(own(below, group), own(above, group)),
    ]),
  )
}

const own = (groups: Record<string, unknown>, name: string) => (Object.hasOwn(groups, name) ? groups[name] : undefined)

function mergeGroup(below: unknown, above: unknown): unknown {
  if (above === undefined) return below
  return isGroup(below) && isGroup(above) ? { ...below, ...above } : above
}
