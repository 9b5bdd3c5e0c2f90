import { cpus } from 'node:os'
import { measure, median, python as pythonScript, typescript, type Contender, type Workload } from './contender.ts'

/** What is timed, by the names that contenders print. The first is what the others are compared with. */
const titles: Readonly<Record<string, string>> = {
  inference: 'Anneal, inference',
  evaluation: 'Anneal, evaluation that keeps all',
  plain: 'Anneal, inference, batch norm not folded',
  frozen: 'PyTorch, frozen',
  optimised: 'PyTorch, optimised for inference',
}

const workloads: Workload[] = [
  { size: 224, batch: 32 },
  { size: 32, batch: 256 },
]

/** Images a second of each round, by what is timed. */
type Rates = Readonly<Record<string, readonly number[]>>

interface Row extends Workload {
  readonly name: string
  readonly imagesPerSecond: number
  /** The median of the ratios within a round: our inference over this one. */
  readonly ratio: number
}

interface Options {
  readonly python?: string
  readonly rounds: number
  readonly steps: number
  readonly json?: boolean
}

/** Times inference and evaluation of batches that are in memory, in turn, beside PyTorch's inference where it is named. */
export async function benchEvaluate({ python, rounds, steps, json }: Options): Promise<void> {
  const contenders = [
    typescript('Anneal', 'evaluate.ts'),
    ...(python ? [pythonScript('PyTorch', 'torch_inference.py', python)] : []),
  ]
  const rows: Row[] = []
  for (const workload of workloads) rows.push(...(await compare(contenders, workload, rounds, steps)))
  if (json) console.log(JSON.stringify({ cores: cpus().length, processor: cpus()[0]?.model, rounds, steps, rows }))
  else printTable(rows)
}

async function compare(contenders: readonly Contender[], workload: Workload, rounds: number, steps: number) {
  const { size, batch } = workload
  const measured: Rates[] = []
  for (let round = 0; round < rounds; round++) {
    const one: Rates[] = []
    for (const contender of contenders) {
      process.stderr.write(`${size} px, batch ${batch}, round ${round + 1} of ${rounds}: ${contender.name}\n`)
      one.push(await measure<Rates>(contender, workload, steps))
    }
    measured.push(Object.assign({}, ...one) as Rates)
  }
  const [first] = Object.keys(titles)
  return Object.keys(measured[0]!).map((key): Row => ({
    name: titles[key]!,
    ...workload,
    imagesPerSecond: median(measured.flatMap((rates) => rates[key]!)),
    ratio: median(measured.flatMap((rates) => rates[first!]!.map((rate, i) => rate / rates[key]![i]!))),
  }))
}

function printTable(rows: readonly Row[]): void {
  console.log('ResNet-50 on batches in memory, medians; the ratios are the inference of Anneal over the row')
  console.log(
    `${'px'.padStart(4)} ${'batch'.padStart(5)}  ${''.padEnd(42)} ${'images/s'.padStart(8)} ${'ratio'.padStart(6)}`,
  )
  for (const { size, batch, name, imagesPerSecond, ratio } of rows)
    console.log(
      `${String(size).padStart(4)} ${String(batch).padStart(5)}  ${name.padEnd(42)} ${imagesPerSecond.toFixed(1).padStart(8)} ${ratio.toFixed(3).padStart(6)}`,
    )
}
