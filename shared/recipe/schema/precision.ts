import { z } from 'zod'
import { atLeastZero, count, countOrNone, fraction, key, nvidia } from './key.ts'

export const precision = z.strictObject({
  amp: key(z.enum(['off', 'fp16', 'bf16']), 'off', {
    help: 'Automatic mixed precision: convolutions and matrix products in half precision, everything that is sensitive in float32.',
    source: 'Micikevicius et al. 2017, arXiv 1710.03740; ' + nvidia,
  }),
  // 2 to the 60th: float32 ends at 2 to the 128th, and the loss is to fit in too.
  lossScale: key(atLeastZero.max(2 ** 60), 0, {
    help: 'fp16: what the loss is multiplied by, so that small gradients survive; 0: dynamic, that is doubled after a run of good steps and halved by an overflow. The step of an overflow is skipped either way.',
    source: 'Micikevicius et al. 2017; ' + nvidia,
  }),
  initialLossScale: key(
    z
      .number()
      .min(1)
      .max(2 ** 60),
    32768,
    {
      help: 'fp16: where the dynamic loss scale starts; it never falls below 1.',
      source: 'TensorFlow LossScaleOptimizer',
    },
  ),
  lossScaleGrowth: key(count, 2000, {
    help: 'fp16: good steps after which the dynamic loss scale is doubled.',
    unit: 'steps',
    source: 'Micikevicius et al. 2017',
  }),
  tf32: key(z.boolean(), true, {
    help: 'Convolutions and matrix products in float32 may use TensorFloat-32 on NVIDIA GPUs from Ampere on.',
    source: nvidia,
  }),
  xla: key(z.boolean(), false, { help: 'Compiles the training step with XLA.', source: nvidia + ' (--use_xla)' }),
  deterministic: key(z.boolean(), false, {
    help: 'Only kernels that give the same bits every time, on a GPU too; slower there. On a CPU results are the same without.',
    source: 'TF_DETERMINISTIC_OPS',
  }),
  quantize: key(z.enum(['off', 'asymmetric', 'symmetric']), 'off', {
    help: 'Quantisation-aware training: weights and activations are rounded to 8 bits in training, with learned ranges.',
    source: 'Jacob et al. 2017, arXiv 1712.05877; ' + nvidia + ' (--quantize)',
  }),
  quantizeDelay: key(countOrNone, 0, {
    help: 'Quantisation-aware training: steps before weights and activations are rounded; their ranges are watched from the start.',
    unit: 'steps',
    source: nvidia + ' (--quant_delay)',
  }),
  oneDnn: key(z.boolean(), true, { help: "Use oneDNN's kernels on the CPU.", source: 'TF_ENABLE_ONEDNN_OPTS' }),
  intraOpThreads: key(countOrNone, 0, { help: 'Threads within one operation; 0: one a core.', unit: 'threads' }),
  interOpThreads: key(countOrNone, 0, { help: 'Threads across operations; 0: one a core.', unit: 'threads' }),
  gpuMemoryFraction: key(fraction, 0, {
    help: "Share of the GPU's memory that is taken at the start; 0: as much as is needed, as it is needed.",
    source: nvidia + ' (--gpu_memory_fraction)',
  }),
})
