import { Command, InvalidArgumentError } from 'commander'
import { benchEvaluate } from './evaluate.ts'
import { benchGpu } from './gpu/index.ts'
import { benchInput } from './input.ts'
import { benchLabelErrors } from './label-errors.ts'
import { benchLaunch } from './launch.ts'
import { benchMain } from './main-process.ts'
import { benchMap } from './map.ts'
import { benchRenderer } from './renderer.ts'
import { benchTrain } from './train.ts'
import { AnnealError } from '../shared/errors.ts'

const above = (least: number) => (text: string) => {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value > least) return value
  throw new InvalidArgumentError(`It must be a number above ${least}.`)
}
const whole = (text: string) => {
  const value = above(0)(text)
  if (Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('It must be a whole number.')
}

const words = (text: string) => {
  const all = text.split(',').map((word) => word.trim().toLowerCase())
  if (all.every((word) => word !== '')) return all
  throw new InvalidArgumentError('It must be words with commas between them.')
}

const program = new Command('bench').description('Measures Anneal beside its peers, in turn, in one run')

program
  .command('train')
  .description('ResNet-50 training steps: our graph, plain tfjs-node-gpu layers and, where named, PyTorch')
  .option('--python <path>', 'a Python that has PyTorch')
  .option('--rounds <n>', 'how often each is run, in turn', Number, 3)
  .option('--steps <n>', 'steps that are timed in each', Number, 4)
  .option('--json', 'print one JSON line on stdout in place of the table')
  .action(benchTrain)

program
  .command('evaluate')
  .description('ResNet-50 on batches in memory: inference, evaluation that keeps all and, where named, PyTorch')
  .option('--python <path>', 'a Python that has PyTorch')
  .option('--rounds <n>', 'how often each is started, in turn', whole, 3)
  .option('--steps <n>', 'batches that are timed at once', whole, 2)
  .option('--json', 'print one JSON line on stdout in place of the table')
  .action(benchEvaluate)

program
  .command('label-errors')
  .description('How many flipped labels are found out of fold in the bundled dataset, beside cleanlab where named')
  .option('--python <path>', 'a Python that has cleanlab')
  .option('--folds <n>', 'networks that are trained', whole, 3)
  .option('--share <n>', 'of the labels that are flipped, 0 to 1', above(0), 0.05)
  .option('--seed <n>', 'of the flips', whole, 1)
  .option('--json', 'print one JSON line on stdout in place of the table')
  .action(benchLabelErrors)

program
  .command('renderer')
  .description('The real window: ready after the start, 50 runs of 10,000 points, a live run, its memory')
  .option('--rounds <n>', 'how often the window is started for each', Number, 5)
  .option('--hours <n>', 'of a live run at 50 updates a second, for its memory', Number, 2)
  .option('--json', 'print one JSON line on stdout in place of the table')
  .action(benchRenderer)

program
  .command('map')
  .description('A map of an evaluation: how long it takes to make, and how smoothly it moves in the real window')
  .option('--images <n>', 'on it', whole, 50_000)
  .option('--width <n>', 'features of an image', whole, 512)
  .option('--json', 'print one JSON line on stdout in place of the table')
  .action(benchMap)

program
  .command('launch')
  .description('The package in a new home: seconds to the window, and to the first epoch of the demo')
  .option('--rounds <n>', 'how often it is started', whole, 5)
  .option('--app <folder>', 'the packaged folder', `out/Anneal-${process.platform}-${process.arch}`)
  .option('--cold', "empty the system's cache of files before each, as root; the machine's other work is slower for it")
  .option('--json', 'print one JSON line on stdout in place of the table')
  .action(benchLaunch)

program
  .command('main')
  .description('How long the main process of the real window does not answer, through every flow')
  .option('--runs <n>', 'in the home', Number, 2000)
  .option('--images <n>', 'of a dataset', Number, 100_000)
  .option('--points <n>', 'of one run: 470,000 are a file of 100 MB', Number, 470_000)
  .option('--app <folder>', 'another checkout, built, whose window is measured in place of ours')
  .option('--json', 'print one JSON line on stdout in place of the table')
  .action(benchMain)

program
  .command('input')
  .description(
    'JPEG folders, TFRecords and raw caches to batches of 224 px; beside bare tf.data, sharp and, where named, torchvision',
  )
  .option('--python <path>', 'a Python that has torchvision and Pillow')
  .option('--rounds <n>', 'how often each is run, in turn', Number, 3)
  .option('--seconds <n>', 'that are timed in each', Number, 4)
  .option('--json', 'print one JSON line on stdout in place of the table')
  .action(benchInput)

program
  .command('gpu')
  .description(
    'For a machine with a GPU: ResNet-50 in every precision, the largest batch, input and memory, beside PyTorch where named; within a time',
  )
  .option('--python <path>', 'a Python that has PyTorch, and torchvision and Pillow for its input')
  .option('--minutes <n>', 'that it may take; what did not fit in is told', above(0), 10)
  .option('--rounds <n>', 'how often each is run, in turn, if time does', whole, 3)
  .option('--batch <n>', 'images in a step; 256, or 8 with --small', whole)
  .option('--network <name>', 'model.architecture; PyTorch has resnet50 only')
  .option('--only <words>', 'rows whose name has one of these in it, e.g. "fp16,largest"', words)
  .option('--small', 'small sizes, as where there is no GPU: they show that everything runs')
  .option('--out <folder>', 'also write gpu.json and gpu.md there, after each measurement')
  .option('--json', 'print one JSON line on stdout in place of the table')
  .action(benchGpu)

await program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof AnnealError)) throw error
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
})
