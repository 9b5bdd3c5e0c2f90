import type { MachineLoad } from '../../../shared/contract/workbench.ts'

/** Seconds of the machine's load that are kept. */
export const loadSeconds = 300
/** Seconds without a measurement that interrupt a curve: the connection was lost, or the machine slept. */
const GAP = 15

/** With a measurement more, and without those that are too old by now. */
export const withLoad = (history: readonly MachineLoad[], load: MachineLoad): MachineLoad[] => [
  ...history.filter(({ wall }) => wall > load.wall - loadSeconds && wall < load.wall),
  load,
]

/** How busy a part of the machine is, over time. */
export interface LoadPart {
  readonly name: string
  /** From 0 to 1; undefined where a measurement lacks it. */
  readonly share: (load: MachineLoad) => number | undefined
  /** What it is now: per cent, or bytes used of all. */
  readonly now: { readonly share: number } | { readonly used: number; readonly total: number } | undefined
}

/** The processor and the memory, then the same of each GPU. */
export function loadParts(last: MachineLoad | undefined): LoadPart[] {
  const gpus = last?.gpus ?? []
  return [
    { name: 'CPU', share: ({ cpu }) => cpu, now: last && { share: last.cpu } },
    {
      name: 'Memory',
      share: (load) => part(load.memoryUsed, load.memoryTotal),
      now: last && { used: last.memoryUsed, total: last.memoryTotal },
    },
    ...gpus.flatMap((gpu, i): LoadPart[] => {
      const name = gpus.length === 1 ? 'GPU' : `GPU ${i}`
      return [
        { name, share: (load) => load.gpus[i]?.utilisation, now: { share: gpu.utilisation } },
        {
          name: `${name} memory`,
          share: (load) => load.gpus[i] && part(load.gpus[i].memoryUsed, load.gpus[i].memoryTotal),
          now: { used: gpu.memoryUsed, total: gpu.memoryTotal },
        },
      ]
    }),
  ]
}

const part = (used: number, total: number) => (total > 0 ? used / total : 0)

/** The curve as the path of an SVG: a second is 1 wide and the newest is at `loadSeconds`; all is 0 high, nothing 1. */
export function loadPath(history: readonly MachineLoad[], share: LoadPart['share']): string {
  const newest = history.at(-1)?.wall ?? 0
  let before = -Infinity
  return history
    .flatMap((load) => {
      const height = share(load)
      if (height === undefined) return []
      const command = load.wall - before > GAP ? 'M' : 'L'
      before = load.wall
      return [
        `${command}${Number((loadSeconds + load.wall - newest).toFixed(1))} ${Number((1 - Math.min(1, Math.max(0, height))).toFixed(3))}`,
      ]
    })
    .join('')
}
