import type { DeviceDescription } from '../../../shared/contract/trainer.ts'
import { effectOf, switchOf, type Effect } from '../../../shared/contract/precision-effect.ts'
import type { RecipeKey } from '../../../shared/recipe/keys.ts'
import type { Recipe } from '../../../shared/recipe/schema.ts'

/** The device that training runs on: a GPU where there is one. */
export const trainingDevice = (devices: readonly DeviceDescription[] = []): DeviceDescription | undefined =>
  devices.find(({ type }) => type === 'GPU') ?? devices[0]

/** What a value of a key comes to on a device; undefined for a key that means the same on all of them, or is off. */
export function deviceEffect(
  { group, name, type }: Pick<RecipeKey, 'group' | 'name' | 'type'>,
  value: unknown,
  device: DeviceDescription | undefined,
): Effect | undefined {
  if (group !== 'precision' || !device || value === 'off' || value === 0) return undefined
  const known = switchOf(name as keyof Recipe['precision'], type.kind === 'flag' ? true : value)
  return known && effectOf(known, device)
}
