import type { LayersModel } from '@tensorflow/tfjs'
import { ModelError } from '../../../shared/errors.ts'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import type { ModelOptions } from '../create-model.ts'

// eslint-disable-next-line @typescript-eslint/require-await
export async function fromFile(_tf: TensorFlowJs, { file }: ModelOptions): Promise<LayersModel> {
  throw new ModelError(`${file} cannot be read.`)
}
