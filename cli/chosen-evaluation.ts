import {
  lastValidation,
  storedEvaluations,
  type EvaluatedNetwork,
  type StoredEvaluation,
  type Workbench,
} from '../host/workbench.ts'
import { RunError, UsageError } from '../shared/errors.ts'
import { runFiles } from '../shared/run-folder/files.ts'

/** The argument that {@link evaluatedNetwork} takes. */
export const NETWORK = 'a run: an id, its beginning, a folder or "last"; or a SavedModel\'s folder'

/** What has evaluations: a SavedModel by its folder or the id of its evaluations, or a run as it is found. Throws `RunError`. */
export const evaluatedNetwork = async ({ savedModels, runs }: Workbench, wanted: string): Promise<EvaluatedNetwork> =>
  (await savedModels.find(wanted)) ?? runs.find(wanted)

/** What a network is called in a document. */
export const namesOf = ({ id, record }: EvaluatedNetwork) => (record ? { run: id } : { savedModel: id })

/** What is told of a network without evaluations. */
export const noEvaluation = ({ id, record }: EvaluatedNetwork): string =>
  `${id} has no evaluation; "anneal evaluate ${record ? id : 'FOLDER --dataset PLACE'}" makes one.`

/** The two arguments that {@link findEvaluation} takes. */
export const RUN_AND_EVALUATION = 'a run or a SavedModel, or RUN/EVALUATION: "last/step-100-val"'
export const EVALUATION = 'its name in the list, or a beginning of it, where there are several'

/**
 * An evaluation of a run or a SavedModel: by its name, by a beginning of it that no other has, or the only one; where
 * a run was never evaluated, that of its last validation in training.
 * @param before stands before a name where it is to be written
 * @throws UsageError
 */
function chosenEvaluation(network: EvaluatedNetwork, name: string | undefined, before = ''): StoredEvaluation {
  const { id, folder } = network
  const listed = (names: readonly StoredEvaluation[]) => names.map((each) => before + each.name).join(', ')
  const evaluated = storedEvaluations(folder)
  const validation = lastValidation(folder)
  // What was asked for goes before what training has kept by itself.
  const list = validation && (name !== undefined || evaluated.length === 0) ? [...evaluated, validation] : evaluated
  if (list.length === 0) throw new UsageError(noEvaluation(network))
  const exact = list.filter((each) => each.name === name)
  const [found, ...others] = exact.length > 0 ? exact : list.filter((each) => each.name.startsWith(name ?? ''))
  if (found && others.length === 0) return found
  if (!found) throw new UsageError(`${id} has no evaluation called "${name}"; there is ${listed(list)}.`)
  throw new UsageError(
    name === undefined
      ? `${id} has ${list.length} evaluations; name one of them: ${listed(list)}.`
      : `${id} has ${others.length + 1} evaluations that begin with "${name}"; write more of one: ${listed([found, ...others])}.`,
  )
}

/** An evaluation, and what was evaluated. */
export interface FoundEvaluation {
  readonly network: EvaluatedNetwork
  readonly evaluation: StoredEvaluation
}

/**
 * An evaluation by what was evaluated, or by that and its name, or by its folder.
 * @throws UsageError or RunError
 */
export async function findEvaluation(workbench: Workbench, wanted: string, name?: string): Promise<FoundEvaluation> {
  if (name !== undefined) {
    const network = await evaluatedNetwork(workbench, wanted)
    return { network, evaluation: chosenEvaluation(network, name) }
  }
  const slash = wanted.lastIndexOf('/')
  const find = () => evaluatedNetwork(workbench, wanted)
  const whole = slash < 0 ? await find() : await foundBy(find)
  if (whole)
    return {
      network: whole,
      evaluation: chosenEvaluation(whole, undefined, wanted.endsWith('/') ? wanted : `${wanted}/`),
    }
  const before = wanted.slice(0, slash).replace(folderEnd, '')
  const network = await evaluatedNetwork(workbench, before)
  return { network, evaluation: chosenEvaluation(network, wanted.slice(slash + 1), `${before}/`) }
}

const folderEnd = new RegExp(`/${runFiles.evaluations}$`)

/** A folder has slashes in it too. */
async function foundBy(find: () => Promise<EvaluatedNetwork>): Promise<EvaluatedNetwork | undefined> {
  try {
    return await find()
  } catch (error) {
    if (error instanceof RunError) return undefined
    throw error
  }
}
