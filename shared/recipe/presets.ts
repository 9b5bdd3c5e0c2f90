import { UsageError } from '../errors.ts'
import type { Preset } from '../run.ts'
import { nearest } from './nearest.ts'
import { cifar10ResNet20 } from './presets/cifar10-resnet20.ts'
import { demo } from './presets/demo.ts'
import { nvidia90 } from './presets/nvidia-90.ts'

export const presets: readonly Preset[] = [nvidia90, cifar10ResNet20, demo]

/** Throws `UsageError` with the names there are. */
export function findPreset(name: string): Preset {
  const preset = presets.find((candidate) => candidate.name === name)
  if (preset) return preset
  const names = presets.map((candidate) => candidate.name)
  const suggestion = nearest(name, names)
  throw new UsageError(`There is no preset ${name}; ${suggestion ? `did you mean ${suggestion}?` : `there are ${names.join(', ')}.`}`)
}
