import { ModelError, TensorFlowError } from '../../shared/errors.ts'
import type { SavedModelFacts, ServedTensor } from '../export/read-saved-model.ts'
import { allTypes, reachedTypes } from '../export/saved-graph.ts'
import { Graph } from '../tensorflow/c-api/index.ts'

/**
 * Operations that read or write files, reach other programs or the network, or end this one. What reads the weights and
 * the tables of words that belong to a SavedModel is none of them; what saves weights is only asked for by who saves.
 */
const OUTSIDE = [
  /Dataset/,
  /^(Read|Write)File$|^MatchingFiles$|^FileSystemSetConfiguration$/,
  /^(TextLine|TFRecord|FixedLengthRecord|WholeFile|LMDB)Reader|^RecordInput$/,
  /^Save(V2|Slices)?$|^MergeV2Checkpoints$|^DistributedSave$|^LoadAndRemapMatrix$|^GenerateVocabRemapping$/,
  /^CreateSummary|^Debug|^DumpTensor$|^PrintV2$|^(Decode|Encode)Proto/,
  /^Rpc|^_?(Host)?(Send|Recv)$|Collective|Nccl|^WorkerHeartbeat$/,
  /PyFunc|^CalibrationStatisticsSaver$|^Abort$/,
]

/**
 * Whether a SavedModel can be run, and may be: it comes from anywhere, and its graph is a program.
 * @throws ModelError that names operations which this TensorFlow lacks, as those of a library of its own, or which do
 * more than compute
 */
export function checkOperations({ graph, startup }: SavedModelFacts, output: ServedTensor): void {
  const reached = reachedTypes(graph, [...startup, output.operation])
  const outside = [...reached].filter((type) => OUTSIDE.some((pattern) => pattern.test(type)))
  if (outside.length > 0)
    throw new ModelError(
      `The SavedModel does more than compute: ${named(outside)} would read or write files, print, reach other programs or end this one. Anneal runs no such model; save it without them.`,
    )
  const unknown = lacking([...allTypes(graph)])
  if (unknown.length > 0)
    throw new ModelError(
      `The SavedModel uses operations that this TensorFlow does not have: ${named(unknown)}; save the model without them.`,
    )
}

const NAMED = 5

const named = (types: readonly string[]) =>
  `${types
    .toSorted()
    .slice(0, NAMED)
    .map((type) => `"${type}"`)
    .join(', ')}${types.length > NAMED ? ', ...' : ''}`

function lacking(types: readonly string[]): string[] {
  using graph = new Graph()
  return types.filter((type) => !isKnown(graph, type))
}

function isKnown(graph: Graph, type: string): boolean {
  try {
    graph.opDef(type)
    return true
  } catch (error) {
    if (error instanceof TensorFlowError && error.code === 'NOT_FOUND') return false
    throw error
  }
}
