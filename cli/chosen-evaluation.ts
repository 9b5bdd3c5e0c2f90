import { storedEvaluations, type StoredEvaluation, type StoredRun, type Workbench } from '../host/workbench.ts'
import { RunError, UsageError } from '../shared/errors.ts'
import { runFiles } from '../shared/run-folder/files.ts'

/** The argument that {@link chosenEvaluation} takes. */
export const EVALUATION = 'its name in the list, or a beginning of it; the run must have just one without it'

/**
 * An evaluation of a run: by its name, by a beginning of it that no other has, or the only one.
 * @param before stands before a name where it is to be written
 * @throws UsageError
 */
export function chosenEvaluation({ id, folder }: StoredRun, name: string | undefined, before = ''): StoredEvaluation {
  const namesOf = (names: readonly StoredEvaluation[]) => names.map((each) => before + each.name).join(', ')
  const list = storedEvaluations(folder)
  if (list.length === 0) throw new UsageError(`${id} has no evaluation; "anneal evaluate ${id}" makes one.`)
  const exact = list.filter((each) => each.name === name)
  const [found, ...others] = exact.length > 0 ? exact : list.filter((each) => each.name.startsWith(name ?? ''))
  if (found && others.length === 0) return found
  if (!found) throw new UsageError(`${id} has no evaluation called "${name}"; there is ${namesOf(list)}.`)
  throw new UsageError(
    name === undefined
      ? `${id} has ${list.length} evaluations; name one of them: ${namesOf(list)}.`
      : `${id} has ${others.length + 1} evaluations that begin with "${name}"; write more of one: ${namesOf([found, ...others])}.`,
  )
}

/** The argument that {@link findEvaluation} takes. */
export const RUN_AND_EVALUATION = 'a run that has one evaluation, or RUN/EVALUATION: "last/step-100-val"'

/**
 * An evaluation by a run, or by a run and its name, or by its folder.
 * @throws UsageError or RunError
 */
export function findEvaluation({ runs }: Workbench, wanted: string): { run: StoredRun; evaluation: StoredEvaluation } {
  const slash = wanted.lastIndexOf('/')
  const whole = slash < 0 ? runs.find(wanted) : runIn(() => runs.find(wanted))
  if (whole)
    return { run: whole, evaluation: chosenEvaluation(whole, undefined, wanted.endsWith('/') ? wanted : `${wanted}/`) }
  const before = wanted.slice(0, slash).replace(folderEnd, '')
  const run = runs.find(before)
  return { run, evaluation: chosenEvaluation(run, wanted.slice(slash + 1), `${before}/`) }
}

const folderEnd = new RegExp(`/${runFiles.evaluations}$`)

/** The folder of a run has slashes in it too. */
function runIn(find: () => StoredRun): StoredRun | undefined {
  try {
    return find()
  } catch (error) {
    if (error instanceof RunError) return undefined
    throw error
  }
}
