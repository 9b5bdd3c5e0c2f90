import type { TrainerCalls, TrainerEvents, TrainerProgress } from '../../../shared/contract/trainer.ts'
import { connect } from '../../../shared/rpc/connect.ts'
import type { Port } from '../../../shared/rpc/port.ts'
import { DatasetError, RunError } from '../../../shared/errors.ts'
import { trainerLost } from './lost.ts'
import { SilenceWatch } from './silence.ts'
import type { PageLine, TrainerExit, TrainerOptions, TrainerProcess } from './trainer-process.ts'

/** A process with a line to it, whatever has started it. */
export interface Child extends Pick<Port, 'post' | 'onMessage'> {
  readonly pid: number | undefined
  /** Told once when the process is gone and all that it printed has arrived, with the last of it; or when it could not be started, with why. */
  onExit(listener: (exit: TrainerExit, output: string) => void): void
  /** Sends a page's line with a message. */
  hand(line: PageLine): void
  /** Asks one that is idle to end. */
  close(): void
  /** Ends it at once. */
  kill(): void
  /** Waits for it no more, so that this process can end without it. */
  leave?(): void
}

/** Milliseconds. */
const CLOSING_TIME = 10_000
/** Milliseconds. What waits for a disk that does not answer cannot even be killed: it ends when that does. */
const KILLING_TIME = 3000

/**
 * Makes a trainer of a child process.
 * @param silence milliseconds without an answer after which it is told to be silent
 */
export function supervise(
  child: Child,
  { logFile, datasetOf = knowsNoDataset, evaluationOf = knowsNoEvaluation, runOf = knowsNoRun }: TrainerOptions,
  silence?: number,
): TrainerProcess {
  const { ended, kill } = endOf(child)
  const exited = ended.then(([exit]) => exit)
  const progress = new Listeners<TrainerProgress>()
  const silences = new Listeners<number | undefined>()
  const lost = ended.then(([exit, output]) => trainerLost(exit, output, logFile))
  const { remote } = connect<TrainerCalls, TrainerEvents>(portOf(child, lost), {
    progress: progress.tell,
    datasetOf,
    evaluationOf,
    runOf,
  })
  const watch = new SilenceWatch(() => remote.ping(), silences.tell, silence)
  child.onMessage(() => watch.heard())
  void exited.then(() => watch.end())
  const calls = watched(remote, watch)
  return {
    // A utility process has none until it runs.
    get pid() {
      return child.pid
    },
    calls,
    serve(line) {
      child.hand(line)
      return calls.servePage()
    },
    onProgress: progress.add,
    onSilence: silences.add,
    exited,
    close: () => close(child, exited, kill),
    kill,
  }
}

type Ended = readonly [exit: TrainerExit, output: string]

/** How a child ends, and what kills it: one that cannot be killed counts as gone a while later. */
function endOf(child: Child): { ended: Promise<Ended>; kill: () => void } {
  let tell: (how: Ended) => void
  const ended = new Promise<Ended>((resolve) => (tell = resolve))
  child.onExit((...how) => tell(how))
  const giveUp = () => {
    child.leave?.()
    tell([{ code: null, signal: 'SIGKILL' }, ''])
  }
  const kill = () => {
    child.kill()
    setTimeout(giveUp, KILLING_TIME).unref()
  }
  return { ended, kill }
}

const knowsNoDataset = (nameOrRoot: string) =>
  Promise.reject(new DatasetError(`This trainer was not told where ${nameOrRoot} is.`))

const knowsNoEvaluation = (run: string, evaluation: string) =>
  Promise.reject(new RunError(`This trainer was not told where ${evaluation} of ${run} is.`))

const knowsNoRun = (run: string) => Promise.reject(new RunError(`This trainer was not told where ${run} is.`))

class Listeners<T> {
  readonly #all: ((value: T) => void)[] = []
  readonly add = (listener: (value: T) => void): void => void this.#all.push(listener)
  readonly tell = (value: T): void => this.#all.forEach((listener) => listener(value))
}

const portOf = (child: Child, lost: Promise<Error>): Port => ({
  post: (message) => child.post(message),
  onMessage: (listener) => child.onMessage(listener),
  onClose: (listener) => void lost.then(listener),
})

/** The same calls, each watched while it is under way. */
const watched = (calls: TrainerCalls, watch: SilenceWatch): TrainerCalls =>
  new Proxy(calls, {
    get(target, name) {
      const call = Reflect.get(target, name) as ((...args: unknown[]) => Promise<unknown>) | undefined
      return call && ((...args: unknown[]) => watch.during(call(...args)))
    },
  })

/** One that hangs is ended. */
async function close(child: Child, exited: Promise<TrainerExit>, kill: () => void): Promise<TrainerExit> {
  child.close()
  const limit = setTimeout(kill, CLOSING_TIME)
  return exited.finally(() => clearTimeout(limit))
}
