import type { Command } from 'commander'
import { resolve } from 'node:path'
import type { OnProgress, RunHandle, RunStore, Workbench } from '../host/workbench.ts'
import type { TrainOutcome } from '../shared/contract/trainer.ts'
import { TrainerLostError, UsageError } from '../shared/errors.ts'
import type { Recipe } from '../shared/recipe/schema.ts'
import { answering, type Answer } from './answer.ts'
import { called } from './called.ts'
import { onInterrupt, signalStatus, type StopSignal } from './interrupt.ts'
import { type ProgressDisplay } from './progress-display.ts'
import { progressDisplay } from './progress.ts'
import { recipeOf, withRecipeOptions, type RecipeOptions } from './recipe-options.ts'
import { describeOutcome } from './train-summary.ts'

interface TrainOptions extends RecipeOptions {
  readonly dataset?: string
  readonly name?: string
  readonly resume?: string
  readonly checkpoint?: string
  readonly dllogger?: string
}

export function addTrain(program: Command, workbench: Workbench): void {
  const command = withRecipeOptions(
    program.command('train').description('train a network; Ctrl-C saves a checkpoint and stops'),
  )
    .option('--dataset <dataset>', 'a name ("anneal datasets list") or a folder; with --resume: where it lies now')
    .option('--name <name>', 'what the run is called')
    .option(
      '--resume <run>',
      'continue a run from its newest checkpoint: an id, its beginning, a folder or "last"; with --set schedule.epochs=N, further than it was to go',
    )
    .option('--checkpoint <name>', 'with --resume: continue from this one, such as step-100')
    .option('--dllogger <file>', "log in the form of NVIDIA's DLLogger too, appending to this file")
    .addHelpText(
      'after',
      '\nStatus: 0 finished, 1 failed, 2 wrong options or recipe, 130 stopped by Ctrl-C, 143 by SIGTERM.\n',
    )
  answering(command, (options: TrainOptions) => train(workbench, options))
}

async function train(workbench: Workbench, options: TrainOptions): Promise<Answer> {
  const display = progressDisplay()
  try {
    const run = await start(workbench, options, (progress) => display.show(progress))
    display.note(`run ${run.id}`)
    return await follow(workbench, run, display)
  } finally {
    display.end()
  }
}

async function start(workbench: Workbench, options: TrainOptions, onProgress: OnProgress): Promise<RunHandle> {
  const dllogger = options.dllogger === undefined ? undefined : resolve(options.dllogger)
  if (options.resume === undefined) {
    if (options.checkpoint !== undefined)
      throw new UsageError('--checkpoint goes with --resume; name the run to continue.')
    return workbench.train(newRecipe(options), onProgress, dllogger)
  }
  const { resume, set, checkpoint, dataset, ...others } = options
  const given = (['preset', 'recipe', 'name'] as const).filter((name) => others[name] !== undefined)
  const [refused] = given
  if (refused)
    throw new UsageError(
      `--resume continues a run with its own recipe; leave out --${refused}, or start a new run without --resume.`,
    )
  return workbench.resume(workbench.runs.find(resume), onProgress, { checkpoint, dataset, settings: set, dllogger })
}

const newRecipe = ({ dataset, name, ...options }: TrainOptions): Recipe =>
  recipeOf(options, [
    ...(dataset === undefined ? [] : [`data.dataset=${dataset}`]),
    ...(name === undefined ? [] : [`run.name=${name}`]),
  ])

async function follow({ runs }: Workbench, run: RunHandle, display: ProgressDisplay): Promise<Answer> {
  const interrupts = onInterrupt(
    () => {
      display.note('Saving a checkpoint and stopping. Once more to stop at once, without.')
      void run.stop()
    },
    (signal) => endAtOnce(runs, run, display, signal),
  )
  try {
    return answerOf(run, await run.outcome, interrupts.received)
  } catch (error) {
    throw error instanceof TrainerLostError && runs.hasBegun(run.id) ? withResumeHint(error, runs, run.id) : error
  } finally {
    interrupts.release()
  }
}

function answerOf({ id, folder }: RunHandle, outcome: TrainOutcome, signal: StopSignal | undefined): Answer {
  const status = outcome.status === 'stopped' && signal ? signalStatus(signal) : 0
  const { summary, speed, ...ended } = outcome
  return {
    data: { run: id, folder, ...ended, ...speed, ...summary },
    text: describeOutcome(id, folder, outcome),
    status,
  }
}

function endAtOnce(runs: RunStore, run: RunHandle, display: ProgressDisplay, signal: StopSignal): never {
  const { id } = run
  run.kill()
  display.end()
  const begun = runs.hasBegun(id)
  runs.discardIfNotBegun(id)
  process.stderr.write(`Stopped at once${begun ? `; ${resumeHint(runs, id)}` : ', before the first step.'}\n`)
  process.exit(signalStatus(signal))
}

function withResumeHint(error: TrainerLostError, runs: RunStore, id: string): TrainerLostError {
  return new TrainerLostError(`${error.message.replace(/\.$/, '')}; ${resumeHint(runs, id)}`, { cause: error })
}

/** How a run whose trainer is gone goes on: a clause. */
const resumeHint = (runs: RunStore, id: string): string =>
  `${runs.hasCheckpoint(id) ? 'to go on from the last checkpoint' : 'it has no checkpoint yet, so this starts it again from its first step'}: ${called} train --resume ${id}`
