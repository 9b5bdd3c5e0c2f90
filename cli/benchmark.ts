import { Argument, type Command } from 'commander'
import type { BenchmarkOptions, Workbench } from '../host/workbench.ts'
import type { BenchmarkReport, BenchmarkRequest, Latency } from '../shared/contract/trainer.ts'
import { answering } from './answer.ts'
import { deviceName, rate } from './format.ts'
import { withProgress } from './progress.ts'
import { recipeOf, withRecipeOptions, type RecipeOptions } from './recipe-options.ts'
import { section } from './text.ts'
import { wholeNumber } from './whole-number.ts'

export function addBenchmark(program: Command, workbench: Workbench): void {
  const command = program
    .command('benchmark')
    .description('measure the steps of a recipe on random images, without an input pipeline')
    .addArgument(
      new Argument(
        '<kind>',
        'steps of the optimizer with data.batchSize images, or evaluated batches of data.evaluationBatchSize',
      ).choices(['train', 'inference']),
    )
  withRecipeOptions(command)
    .option('--steps <count>', 'steps that are measured', wholeNumber('--steps', 1), 50)
    .option('--warmup <count>', 'steps before them that are not', wholeNumber('--warmup', 0), 10)
    .option('--classes <count>', 'classes of the network', wholeNumber('--classes', 2), 1000)
  answering(
    command,
    async (
      kind: BenchmarkRequest['kind'],
      { steps, warmup, classes, ...options }: RecipeOptions & Omit<BenchmarkOptions, 'onProgress'>,
    ) => {
      const report = await withProgress((onProgress) =>
        workbench.benchmark(kind, recipeOf(options), { steps, warmup, classes, onProgress }),
      )
      return { data: report, text: describe(report) }
    },
  )
}

function describe({
  kind,
  architecture,
  imageSize,
  batchSize,
  steps,
  warmup,
  devices,
  tensorFlow,
  imagesPerSecond,
  latency,
}: BenchmarkReport): string {
  const facts = [
    ['network', `${architecture}, ${imageSize} px, ${batchSize} images a step`],
    ['device', `${devices.map(deviceName).join(', ')}; TensorFlow ${tensorFlow}`],
    ['steps', `${steps} after ${warmup} of warm-up`],
    ['speed', `${rate(imagesPerSecond)} images/s`],
  ]
  const rows = Object.entries(latency satisfies Latency).map(([name, seconds]: [string, number]) => [
    latencyNames[name as keyof Latency],
    `${(1000 * seconds).toFixed(1)} ms`,
  ])
  return [section(kind === 'train' ? 'Training' : 'Inference', facts), section('Latency of a step', rows, [1])].join(
    '\n\n',
  )
}

const latencyNames: Readonly<Record<keyof Latency, string>> = {
  mean: 'mean',
  p50: '50 %',
  p90: '90 %',
  p95: '95 %',
  p99: '99 %',
}
