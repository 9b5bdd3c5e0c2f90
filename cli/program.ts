import { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { Workbench } from '../host/workbench.ts'
import { addBenchmark } from './benchmark.ts'
import { addBuilds } from './builds.ts'
import { addCache } from './cache.ts'
import { addCompare } from './compare.ts'
import { addCorrections } from './corrections.ts'
import { addDatasets } from './datasets.ts'
import { addDoctor } from './doctor.ts'
import { addEvaluate } from './evaluate.ts'
import { addEvaluations } from './evaluations.ts'
import { addExport } from './export.ts'
import { reportFailure } from './failure.ts'
import { addLabelErrors } from './label-errors.ts'
import { addModel } from './model.ts'
import { addPredict } from './predict.ts'
import { addRecipe } from './recipe.ts'
import { addRuns } from './runs.ts'
import { addServe } from './serve.ts'
import { noteSilence } from './silence.ts'
import { addTrain } from './train.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/** Runs a command line; resolves to the exit status. */
export async function run(
  args: readonly string[],
  workbench = new Workbench(undefined, undefined, noteSilence),
): Promise<number> {
  // A reader that has seen enough, such as `head`, is no failure.
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  const program = createProgram(workbench)
  try {
    await program.parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return reportFailure(error, args.includes('--json'), namedBy(args, program).join(' '))
  }
}

/** The names of the command that arguments begin with, as far as they name one. */
function namedBy([first, ...rest]: readonly string[], command: Command): string[] {
  const next = command.commands.find((one) => one.name() === first)
  return [command.name(), ...(next ? namedBy(rest, next) : [])]
}

function createProgram(workbench: Workbench): Command {
  const program = new Command('anneal')
    .description('Train image classifiers with TensorFlow.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', '\nANNEAL_HOME (default ~/Anneal) holds runs, the list of datasets and the cache.\n')
  for (const add of [
    addDoctor,
    addDatasets,
    addTrain,
    addEvaluate,
    addEvaluations,
    addCompare,
    addLabelErrors,
    addCorrections,
    addPredict,
    addExport,
    addBenchmark,
    addModel,
    addRuns,
    addRecipe,
    addBuilds,
    addCache,
  ])
    add(program, workbench)
  addServe(program, workbench, version)
  return program
}
