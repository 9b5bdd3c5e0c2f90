import { createRequire } from 'node:module'
import type * as Tfjs from '@tensorflow/tfjs'
import type * as ImageModule from '@tensorflow/tfjs-node-gpu/dist/image.js'
import type * as BackendModule from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js'
import type * as TensorBoardModule from '@tensorflow/tfjs-node-gpu/dist/tensorboard.js'
import { EagerContext, type TensorHandle } from '../c-api/index.ts'
import { createBinding, describeHandle, HandleTable, type OutputInfo } from './binding.ts'
import { mendKernels } from './kernels.ts'
import './node-globals.ts'

export type TensorFlowJs = typeof Tfjs

/**
 * Both packages are CommonJS and must share one copy of the core, so both are required. Never the main file of
 * tfjs-node-gpu: it loads the compiled addon that our binding stands for.
 */
const require = createRequire(import.meta.url)
const node = '@tensorflow/tfjs-node-gpu/dist'

/** The two methods of tfjs-node's backend where its tensors and the runtime's meet; its declaration hides them. */
interface Meeting {
  createOutputTensor(output: OutputInfo): Tfjs.Tensor
  getInputTensorIds(tensors: readonly Tfjs.Tensor[]): number[]
}

let started: { tf: TensorFlowJs; context: EagerContext; handles: HandleTable } | undefined

function start() {
  const tf = require('@tensorflow/tfjs') as TensorFlowJs
  const { NodeJSKernelBackend } = require(`${node}/nodejs_kernel_backend`) as typeof BackendModule
  // The accelerator's memory belongs to the training graph: eager ops stay on the CPU.
  const context = new EagerContext({ cpuOnly: true })
  const handles = new HandleTable()
  const binding = createBinding(context, handles) as ConstructorParameters<typeof NodeJSKernelBackend>[0]
  const highestPriority = 3
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, 'anneal'), highestPriority)
  // The kernels ask for the backend by its name when they are registered.
  require(`${node}/register_all_kernels`)
  mendKernels(tf)
  return { tf, context, handles }
}

/**
 * TensorFlow.js on TensorFlow's own kernels: `tf` of `@tensorflow/tfjs` with the backend `tensorflow` in use.
 * The second call gives the same object. Throws `TensorFlowLibraryError` where the library cannot be loaded.
 */
export async function useTensorFlowBackend(): Promise<TensorFlowJs> {
  started ??= start()
  const { tf } = started
  if (tf.getBackend() !== 'tensorflow') await tf.setBackend('tensorflow')
  return tf
}

/** The eager runtime below the backend, for ops that TensorFlow.js lacks. Never dispose it. */
export function eagerContext(): EagerContext {
  return (started ??= start()).context
}

function meeting() {
  const { tf, handles } = (started ??= start())
  return { backend: tf.backend() as unknown as Meeting, handles }
}

/** A tensor of TensorFlow.js that takes a handle over; call {@link useTensorFlowBackend} first. */
export function tensorOf<R extends Tfjs.Rank>(handle: TensorHandle): Tfjs.Tensor<R> {
  const { backend, handles } = meeting()
  return backend.createOutputTensor(describeHandle(handles, handle)) as Tfjs.Tensor<R>
}

/** The handle of a tensor of TensorFlow.js, which keeps it. */
export function handleOf(tensor: Tfjs.Tensor): TensorHandle {
  const { backend, handles } = meeting()
  return handles.get(backend.getInputTensorIds([tensor])[0]!)
}

/** tfjs-node's writer of TensorBoard event files; call {@link useTensorFlowBackend} first. */
export function summaryFileWriter(
  ...args: Parameters<typeof TensorBoardModule.summaryFileWriter>
): TensorBoardModule.SummaryFileWriter {
  return (require(`${node}/tensorboard`) as typeof TensorBoardModule).summaryFileWriter(...args)
}

/** tfjs-node's decoder of JPEG, PNG, GIF and BMP bytes into an int32 tensor; call {@link useTensorFlowBackend} first. */
export function decodeImage(
  ...args: Parameters<typeof ImageModule.decodeImage>
): ReturnType<typeof ImageModule.decodeImage> {
  return (require(`${node}/image`) as typeof ImageModule).decodeImage(...args)
}
