/** What a flag of NVIDIA's script takes: nothing, or a value. */
export type FlagType = 'switch' | 'whole number' | 'number' | 'text' | readonly string[]

export interface Flag {
  readonly name: string
  readonly type: FlagType
  /** Why it has no place in a recipe, and what to use instead. */
  readonly note?: string
}

const inGraph = 'images are read and decoded by tf.data in the training graph; data.cache keeps decoded ones.'
const inHome = 'a run has a folder of its own under ANNEAL_HOME.'
const forTensorRt = 'it serves TensorRT only; precision.quantize is the rounding itself.'

/**
 * Every flag of main.py in NVIDIA's ResNet-50 v1.5 for TensorFlow, in both spellings that it has had:
 * https://github.com/NVIDIA/DeepLearningExamples, TensorFlow/Classification/ConvNets/utils/cmdline_helper.py
 */
export const flags: readonly Flag[] = [
  { name: 'arch', type: ['resnet50', 'resnext101-32x4d', 'se-resnext101-32x4d'] },
  {
    name: 'mode',
    type: ['train', 'train_and_evaluate', 'evaluate', 'predict', 'training_benchmark', 'inference_benchmark'],
  },
  { name: 'data_dir', type: 'text' },
  { name: 'data_idx_dir', type: 'text', note: inGraph },
  {
    name: 'export_dir',
    type: 'text',
    note: 'a recipe says how to train; what came of it is in the checkpoints of the run.',
  },
  { name: 'to_predict', type: 'text', note: 'it is the second argument of "anneal predict".' },
  { name: 'batch_size', type: 'whole number' },
  { name: 'num_iter', type: 'whole number' },
  {
    name: 'run_iter',
    type: 'whole number',
    note: 'a run can be stopped at any step; "anneal train --resume" goes on from there.',
  },
  { name: 'iter_unit', type: ['epoch', 'batch'] },
  { name: 'warmup_steps', type: 'whole number', note: 'it counts for benchmarks only, where it is --warmup.' },
  {
    name: 'data_format',
    type: ['NHWC', 'NCHW'],
    note: 'images are NHWC throughout, which half precision on GPUs is fastest with.',
  },
  { name: 'model_dir', type: 'text', note: inHome },
  { name: 'results_dir', type: 'text', note: inHome },
  { name: 'log_filename', type: 'text', note: '"anneal train --dllogger FILE" writes that log.' },
  { name: 'finetune_checkpoint', type: 'text' },
  { name: 'use_final_conv', type: 'switch', note: forTensorRt },
  { name: 'quantize', type: 'switch' },
  { name: 'symmetric', type: 'switch' },
  { name: 'quant_delay', type: 'whole number' },
  { name: 'use_qdq', type: 'switch', note: forTensorRt },
  { name: 'display_every', type: 'whole number' },
  { name: 'lr_init', type: 'number' },
  { name: 'lr_warmup_epochs', type: 'number' },
  { name: 'weight_decay', type: 'number' },
  { name: 'weight_init', type: ['fan_in', 'fan_out'] },
  { name: 'momentum', type: 'number' },
  {
    name: 'precision',
    type: ['fp32', 'fp16'],
    note: 'whole networks in half precision are not trained; --use_tf_amp is precision.amp.',
  },
  { name: 'loss_scale', type: 'number' },
  { name: 'static_loss_scale', type: 'number' },
  { name: 'use_static_loss_scaling', type: 'switch' },
  { name: 'label_smoothing', type: 'number' },
  { name: 'mixup', type: 'number' },
  { name: 'use_xla', type: 'switch' },
  { name: 'xla', type: 'switch' },
  { name: 'use_dali', type: 'switch', note: inGraph },
  { name: 'dali', type: 'switch', note: inGraph },
  { name: 'use_tf_amp', type: 'switch' },
  { name: 'amp', type: 'switch' },
  { name: 'use_cosine_lr', type: 'switch' },
  { name: 'cosine_lr', type: 'switch' },
  { name: 'cpu', type: 'switch', note: 'CUDA_VISIBLE_DEVICES= in the environment leaves the CPU.' },
  { name: 'seed', type: 'whole number' },
  { name: 'synthetic_data_size', type: 'whole number' },
  { name: 'gpu_memory_fraction', type: 'number' },
  { name: 'gpu_id', type: 'whole number', note: 'CUDA_VISIBLE_DEVICES in the environment chooses the GPU.' },
]
