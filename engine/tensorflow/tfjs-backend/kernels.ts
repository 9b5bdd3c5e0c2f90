import type * as Tfjs from '@tensorflow/tfjs'
import type { KernelFunc, NamedTensorMap, Tensor } from '@tensorflow/tfjs'

type TensorFlowJs = typeof Tfjs
type KernelArgs = Parameters<KernelFunc>[0]

/** What a kernel of tfjs-node does in place of what it did. The inputs are tensors there. */
type Mend = (tf: TensorFlowJs, kernel: KernelFunc, args: KernelArgs) => ReturnType<KernelFunc>

const inputsOf = (args: KernelArgs) => args.inputs as NamedTensorMap

/** The kernel on the same inputs but one. */
const withInput = (kernel: KernelFunc, args: KernelArgs, name: string, value: Tensor): Tensor =>
  kernel({ ...args, inputs: { ...args.inputs, [name]: value } }) as Tensor

/** TensorFlow rounds int32 to zeros. */
const round: Mend = (_, kernel, args) => {
  const x = inputsOf(args)['x']!
  return x.dtype === 'int32' ? x.clone() : kernel(args)
}

/** TensorFlow takes floats alone; tfjs-node's way around that for Exp also disposes the input. */
const asFloats: Mend = (tf, kernel, args) => {
  const x = inputsOf(args)['x']!
  return x.dtype === 'int32' ? tf.tidy(() => withInput(kernel, args, 'x', tf.cast(x, 'float32'))) : kernel(args)
}

/** As above, and integers come back. */
const byWayOfFloats: Mend = (tf, kernel, args) => {
  const x = inputsOf(args)['x']!
  return tf.tidy(() => tf.cast(asFloats(tf, kernel, args) as Tensor, x.dtype))
}

/** TensorFlow.js takes a list of places for a column of them; TensorFlow takes it for one place. */
const indicesAsColumn: Mend = (tf, kernel, args) => {
  const indices = inputsOf(args)['indices']!
  if (indices.rank !== 1) return kernel(args)
  return tf.tidy(() => withInput(kernel, args, 'indices', tf.reshape(indices, [-1, 1])))
}

/** By the names that TensorFlow.js has for its kernels. */
const mends: Readonly<Record<string, Mend>> = {
  Exp: asFloats,
  LeakyRelu: asFloats,
  Round: round,
  ScatterNd: indicesAsColumn,
  Step: byWayOfFloats,
  TensorScatterUpdate: indicesAsColumn,
}

/** Puts kernels that do what TensorFlow.js says of them in the place of those of tfjs-node that do not. */
export function mendKernels(tf: TensorFlowJs): void {
  const backendName = 'tensorflow'
  for (const [kernelName, mend] of Object.entries(mends)) {
    const { kernelFunc } = tf.getKernel(kernelName, backendName)
    tf.unregisterKernel(kernelName, backendName)
    tf.registerKernel({ kernelName, backendName, kernelFunc: (args) => mend(tf, kernelFunc, args) })
  }
}
