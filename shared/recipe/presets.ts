import { UsageError } from '../errors.ts'
import type { Preset } from './presets/preset.ts'
import { nearest } from './nearest.ts'
import { cifar10ResNet18, cifar10ResNet20 } from './presets/cifar10.ts'
import { demo, fashionMnistResNet18 } from './presets/fashion-mnist.ts'
import { ffcv } from './presets/ffcv.ts'
import { mlperfLars } from './presets/mlperf-lars.ts'
import { nvidia250, nvidia90 } from './presets/nvidia.ts'
import { timmA2, timmA3 } from './presets/timm.ts'
import { torchvisionV2 } from './presets/torchvision-v2.ts'

export const presets: readonly Preset[] = [
  nvidia90,
  nvidia250,
  ...ffcv,
  timmA2,
  timmA3,
  torchvisionV2,
  mlperfLars,
  cifar10ResNet18,
  cifar10ResNet20,
  fashionMnistResNet18,
  demo,
]

/** Throws `UsageError` with the names there are. */
export function findPreset(name: string): Preset {
  const preset = presets.find((candidate) => candidate.name === name)
  if (preset) return preset
  const names = presets.map((candidate) => candidate.name)
  const suggestion = nearest(name, names)
  throw new UsageError(
    `There is no preset ${name}; ${suggestion ? `did you mean ${suggestion}?` : `there are ${names.join(', ')}.`}`,
  )
}
