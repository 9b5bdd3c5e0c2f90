import { Command } from 'commander'
import { benchTrain } from './train.ts'

const program = new Command('bench').description('Measures Anneal beside its peers, in turn, in one run')

program
  .command('train')
  .description('ResNet-50 training steps: our graph, plain tfjs-node-gpu layers and, where named, PyTorch')
  .option('--python <path>', 'a Python that has PyTorch')
  .option('--rounds <n>', 'how often each is run, in turn', Number, 3)
  .option('--steps <n>', 'steps that are timed in each', Number, 4)
  .option('--json', 'print one JSON line on stdout in place of the table')
  .action(benchTrain)

await program.parseAsync()
