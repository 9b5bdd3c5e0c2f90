import type { Preset } from '../../run.ts'

export const nvidia90: Preset = {
  name: 'nvidia-90',
  title: 'ResNet-50 v1.5 on ImageNet at 224 px, 90 epochs: the default recipe itself',
  source: 'NVIDIA ResNet-50 v1.5 for TensorFlow',
  recipe: {},
}
