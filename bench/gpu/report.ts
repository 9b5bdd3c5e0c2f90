import type { DeviceDescription } from '../../shared/contract/trainer.ts'
import { counted, rate } from '../../cli/format.ts'
import type { Row } from './job.ts'
import { CLASSES, type Sizes } from './sizes.ts'

/** What is measured on, and how. */
export interface Setting {
  /** ISO 8601, UTC. */
  readonly date: string
  readonly device: DeviceDescription
  readonly processor: string
  readonly cores: number
  readonly tensorFlow: string
  readonly node: string
  readonly sizes: Sizes
  /** Seconds that were to be used at most, and the rounds. */
  readonly seconds: number
  readonly rounds: number
  /** What the reader has to know first, e.g. that there is no GPU: sentences. */
  readonly notes: readonly string[]
}

export interface GpuReport extends Setting {
  /** Seconds, the start of the command included. */
  readonly took: number
  readonly rows: readonly Row[]
  readonly goal: Goal
}

/** The rate that training in half precision is to be above. */
export interface Goal {
  readonly imagesPerSecond: number
  readonly source: string
  /** The fastest row of Anneal with AMP, and its ratio to the goal; absent where the goal does not count. */
  readonly fastest?: { readonly name: string; readonly ratio: number }
}

const GOAL = 3079
const SOURCE = 'stock PyTorch with AMP, ResNet-50 at 224 px, measured on an NVIDIA H200'

/** The goal is one for an H200 and the sizes that it was measured with. */
export function goalFor({ device, sizes }: Setting, rows: readonly Row[]): Goal {
  const goal = { imagesPerSecond: GOAL, source: SOURCE }
  if (!isForGoal({ device, sizes })) return goal
  const best = rows
    .filter(({ amp, imagesPerSecond }) => amp && imagesPerSecond !== undefined)
    .sort((a, b) => b.imagesPerSecond! - a.imagesPerSecond!)[0]
  return best ? { ...goal, fastest: { name: best.name, ratio: best.imagesPerSecond! / GOAL } } : goal
}

const isForGoal = ({ device, sizes }: Pick<Setting, 'device' | 'sizes'>) =>
  /\bH200\b/.test(device.model ?? '') && sizes.network === 'resnet50' && sizes.imageSize === 224

/** The whole as Markdown: what was measured on, and a table. */
export function markdown(report: GpuReport): string {
  const memory = report.device.type === 'GPU' ? 'GPU memory, GB' : 'memory, GB'
  const head = ['', 'images/s', 'compared', memory, 'rounds', '']
  const lines = [head, head.map(() => '---'), ...report.rows.map(cellsOf), goalCells(report)]
  return [setting(report), ...report.notes, lines.map(line).join('\n')].join('\n\n') + '\n'
}

const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

function setting(report: GpuReport): string {
  const { device, sizes, processor, cores, rounds } = report
  const what = `${sizes.network}, ${sizes.imageSize} px, ${sizes.batch} images a step, ${CLASSES} classes; ${sizes.steps} steps in each process after ${sizes.warmup} of warm-up`
  const capability = device.computeCapability ? `, compute capability ${device.computeCapability}` : ''
  const gpu = device.type === 'GPU' ? `${device.model ?? device.name}${capability}; ` : ''
  const torch = report.rows.find(({ version }) => version !== undefined)?.version
  const versions = [
    `TensorFlow ${report.tensorFlow}`,
    ...(torch === undefined ? [] : [`PyTorch ${torch}`]),
    `Node ${report.node}`,
  ]
  const time = `${(report.took / 60).toFixed(1)} of ${report.seconds / 60} minutes on ${report.date.slice(0, 10)}, ${counted(rounds, 'round')} at most`
  return `${what}. ${gpu}${processor}, ${counted(cores, 'core')}; ${versions.join(', ')}. ${time}. Medians of the rounds, and of the ratios within a round.`
}

/** With commas from 1,000 up. */
const perSecond = (images: number) => (images < 1000 ? rate(images) : Math.round(images).toLocaleString('en'))

function cellsOf({ name, imagesPerSecond, ratio, contender, memoryBytes, rounds, dataWait, told, problem }: Row) {
  const compared = !ratio
    ? ''
    : contender
      ? `${ratio.besides} is ${ratio.value.toFixed(2)} times as fast`
      : `${ratio.value.toFixed(2)} times ${ratio.besides}`
  const waits = dataWait === undefined ? [] : [`waited for images ${(100 * dataWait).toFixed(1)} % of the time`]
  return [
    name,
    imagesPerSecond === undefined ? '-' : perSecond(imagesPerSecond),
    compared,
    memoryBytes === undefined ? '' : (memoryBytes / 1e9).toFixed(2),
    String(rounds),
    [...(problem === undefined ? [] : [`not measured: ${problem}`]), ...waits, ...told].join('; '),
  ]
}

function goalCells({ goal, device, sizes }: GpuReport): string[] {
  const { imagesPerSecond, source, fastest } = goal
  const reached = !fastest
    ? ''
    : `${fastest.name} is ${fastest.ratio.toFixed(2)} times as fast: ${fastest.ratio > 1 ? 'reached' : 'not reached'}`
  const told = isForGoal({ device, sizes })
    ? `to be above this: ${source}`
    : `to be above this on an H200 at 224 px, which was not measured here: ${source}`
  return ['goal', perSecond(imagesPerSecond), reached, '', '', told]
}
