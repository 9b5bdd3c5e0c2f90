import type { LayersModel } from '@tensorflow/tfjs'
import type { Network } from '../../shared/recipe/architectures.ts'
import type { TensorFlowJs } from '../tensorflow/tfjs-backend/index.ts'
import type { ModelOptions } from './model-options.ts'
import { cifarResnet } from './zoo/cifar-resnet.ts'
import { convnext } from './zoo/convnext.ts'
import { efficientnetB0 } from './zoo/efficientnet.ts'
import { mobilenetV2 } from './zoo/mobilenet-v2.ts'
import { resnet } from './zoo/resnet.ts'

type Family = Network['family']
type Build<Form> = (tf: TensorFlowJs, options: ModelOptions, form: Form) => LayersModel

/** What builds the networks of each family. */
const builders: { readonly [F in Family]: Build<Extract<Network, { family: F }>['form']> } = {
  'cifar-resnet': cifarResnet,
  resnet,
  convnext,
  mobilenetv2: mobilenetV2,
  'efficientnet-b0': efficientnetB0,
}

/** The layers of a network, with weights that are not drawn yet. */
export function buildNetwork(tf: TensorFlowJs, options: ModelOptions, { family, form }: Network): LayersModel {
  // A form goes to the builder of its own family, which the types of a look-up cannot say.
  const build = builders[family] as Build<Network['form']>
  return build(tf, options, form)
}
