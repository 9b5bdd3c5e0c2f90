import type { Home } from '../../host/machine/home.ts'
import { NodeStarter } from '../../host/training/trainer/node-starter.ts'
import type { TrainerOptions, TrainerProcess, TrainerStarter } from '../../host/training/trainer/trainer-process.ts'
import { Workbench } from '../../host/workbench.ts'
import { effectOf, type PrecisionSwitch } from '../../shared/contract/precision-effect.ts'
import type { DeviceDescription } from '../../shared/contract/trainer.ts'
import { resolveRecipe } from '../../shared/recipe/resolve.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Figures, Job } from './job.ts'
import { watchMemory } from './memory.ts'
import { CLASSES, type Sizes } from './sizes.ts'

/** Where and how large the rows are measured. */
export interface Lab {
  readonly home: Home
  readonly device: DeviceDescription
  readonly sizes: Sizes
}

type Switches = Readonly<Record<string, string>>

/** Starts trainers with switches on top of those of their recipe, and ends them with the signal. */
class SwitchedStarter implements TrainerStarter {
  readonly #starter = new NodeStarter()
  environment: Switches = {}
  trainer: TrainerProcess | undefined

  constructor(
    private readonly switches: Switches,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', () => this.trainer?.kill(), { once: true })
  }

  start(options: TrainerOptions): TrainerProcess {
    this.environment = { ...options.environment, ...this.switches }
    this.trainer = this.#starter.start({ ...options, environment: this.environment })
    if (this.signal.aborted) this.trainer.kill()
    return this.trainer
  }
}

/** What a workbench was asked for, and what its trainer was started with and held. */
interface Worked<R> extends Pick<Figures, 'memoryBytes' | 'environment'> {
  readonly result: R
}

/** Has a workbench work with switches of its own, and watches its trainer's memory. */
export async function withWorkbench<R>(
  { home, device }: Lab,
  { switches = {}, signal }: { readonly switches?: Switches | undefined; readonly signal: AbortSignal },
  work: (workbench: Workbench) => Promise<R>,
): Promise<Worked<R>> {
  const starter = new SwitchedStarter(switches, signal)
  const memory = await watchMemory(device.type === 'GPU', () => starter.trainer?.pid)
  try {
    const result = await work(new Workbench(home, starter))
    const memoryBytes = await memory.end()
    return { result, environment: starter.environment, ...(memoryBytes !== undefined && { memoryBytes }) }
  } finally {
    await memory.end()
  }
}

/** The default recipe at a size, with settings. */
export const recipeOf = ({ network, imageSize, batch }: Sizes, settings: readonly string[]): Recipe =>
  resolveRecipe({
    settings: [
      `model.architecture=${network}`,
      `data.imageSize=${imageSize}`,
      `data.evaluationResize=${imageSize}`,
      `data.batchSize=${batch}`,
      ...settings,
    ],
  })

/** Times training steps on random images, in a trainer of their own. */
export async function timeSteps(
  lab: Lab,
  settings: readonly string[],
  how: Parameters<typeof withWorkbench>[1],
): Promise<Figures> {
  const { steps, warmup } = lab.sizes
  const { result, ...rest } = await withWorkbench(lab, how, (workbench) =>
    workbench.benchmark('train', recipeOf(lab.sizes, settings), { steps, warmup, classes: CLASSES }),
  )
  return { imagesPerSecond: result.imagesPerSecond, batch: result.batchSize, ...rest }
}

interface Variant extends Pick<Job, 'name' | 'besides' | 'amp'> {
  readonly settings: readonly string[]
  readonly switches?: Switches
  /** What may have no effect on a device. */
  readonly by?: PrecisionSwitch
}

export const rows = {
  fp16: 'Anneal, fp16',
  bf16: 'Anneal, bf16',
  tf32: 'Anneal, TF32 (AMP off)',
  float32: 'Anneal, float32 (AMP and TF32 off)',
} as const

export const FP16 = 'precision.amp=fp16'

/** Has cuDNN do batch norm in one pass, which TensorFlow can then fuse with its ReLU; trainers on GPUs are started with it. */
const ONE_PASS = 'TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT'

const variants: readonly Variant[] = [
  { name: rows.fp16, besides: rows.tf32, amp: true, settings: [FP16], by: 'amp=fp16' },
  { name: rows.tf32, besides: rows.float32, settings: [], by: 'tf32' },
  { name: rows.float32, settings: ['precision.tf32=false'] },
  { name: rows.bf16, besides: rows.tf32, amp: true, settings: ['precision.amp=bf16'], by: 'amp=bf16' },
  { name: 'Anneal, fp16, XLA', besides: rows.fp16, amp: true, settings: [FP16, 'precision.xla=true'], by: 'xla' },
  {
    name: `Anneal, fp16, ${ONE_PASS}=0`,
    besides: rows.fp16,
    amp: true,
    settings: [FP16],
    switches: { [ONE_PASS]: '0' },
  },
]

/** Our training steps in each precision, and with the switches that matter for speed. */
export const annealJobs = (lab: Lab): Job[] =>
  variants.map(({ settings, switches, by, ...row }) => {
    const told = noEffect(lab.device, { switches, by })
    return {
      ...row,
      ...(told !== undefined && { told }),
      measure: (signal) => timeSteps(lab, settings, { switches, signal }),
    }
  })

function noEffect(device: DeviceDescription, { switches, by }: Pick<Variant, 'switches' | 'by'>): string | undefined {
  if (switches && device.type !== 'GPU') return 'no effect here: the switch is one of cuDNN, which is for GPUs'
  const effect = by && effectOf(by, device)
  return effect && !effect.effective ? `no effect here: ${effect.reason}` : undefined
}
