import { cpus } from 'node:os'
import {
  measure,
  median,
  python as pythonScript,
  typescript,
  type Contender,
  type Measurement,
  type Workload,
} from './contender.ts'

const workloads: Workload[] = [
  { size: 224, batch: 8 },
  { size: 32, batch: 64 },
]

interface Row extends Workload, Measurement {
  readonly name: string
  /** The medians of the pairwise ratios within a round: ours over this one's. */
  readonly speedRatio: number
  readonly memoryRatio: number
}

interface Options {
  readonly python?: string
  readonly rounds: number
  readonly steps: number
  readonly json?: boolean
}

/** Times every contender on every workload, one after the other in each round, and prints medians and ratios. */
export async function benchTrain({ python, rounds, steps, json }: Options): Promise<void> {
  const contenders = [
    typescript('Anneal (graph)', 'graph.ts'),
    typescript('tfjs-node-gpu layers (eager)', 'eager.ts'),
    ...(python ? [pythonScript('PyTorch (eager)', 'torch_eager.py', python)] : []),
  ]
  const rows: Row[] = []
  for (const workload of workloads) rows.push(...(await compare(contenders, workload, rounds, steps)))
  if (json) console.log(JSON.stringify({ cores: cpus().length, processor: cpus()[0]?.model, rounds, steps, rows }))
  else printTable(rows)
}

async function compare(
  contenders: readonly Contender[],
  workload: Workload,
  rounds: number,
  steps: number,
): Promise<Row[]> {
  const measured: Measurement[][] = []
  for (let round = 0; round < rounds; round++) {
    const one: Measurement[] = []
    for (const contender of contenders) {
      process.stderr.write(
        `${workload.size} px, batch ${workload.batch}, round ${round + 1} of ${rounds}: ${contender.name}\n`,
      )
      one.push(await measure(contender, workload, steps))
    }
    measured.push(one)
  }
  return contenders.map(({ name }, i) => ({
    name,
    ...workload,
    imagesPerSecond: median(measured.map((round) => round[i]!.imagesPerSecond)),
    peakBytes: median(measured.map((round) => round[i]!.peakBytes)),
    speedRatio: median(measured.map((round) => round[0]!.imagesPerSecond / round[i]!.imagesPerSecond)),
    memoryRatio: median(measured.map((round) => round[0]!.peakBytes / round[i]!.peakBytes)),
  }))
}

function printTable(rows: readonly Row[]): void {
  console.log('ResNet-50 training, medians; the ratios are Anneal over the row')
  console.log(
    `${'px'.padStart(4)} ${'batch'.padStart(5)}  ${''.padEnd(28)} ${'images/s'.padStart(8)} ${'ratio'.padStart(6)} ${'peak GB'.padStart(8)} ${'ratio'.padStart(6)}`,
  )
  for (const { size, batch, name, imagesPerSecond, peakBytes, speedRatio, memoryRatio } of rows)
    console.log(
      `${String(size).padStart(4)} ${String(batch).padStart(5)}  ${name.padEnd(28)} ${imagesPerSecond.toFixed(2).padStart(8)} ${speedRatio.toFixed(2).padStart(6)} ${(peakBytes / 1e9).toFixed(2).padStart(8)} ${memoryRatio.toFixed(2).padStart(6)}`,
    )
}
