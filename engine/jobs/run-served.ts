import { ModelError, TensorFlowError } from '../../shared/errors.ts'
import type { EvaluationImages, SplitIndex } from '../dataset/index.ts'
import { buildFigures, fetchBatch, type EvaluatedBatch } from '../evaluation/evaluation-step.ts'
import { buildServedInput, buildServedLogits, notProbabilities } from '../evaluation/served-step.ts'
import { SERVING } from '../export/saved-model.ts'
import type { ServedTensor } from '../export/read-saved-model.ts'
import { evaluationPipeline, type Pipeline } from '../pipeline/index.ts'
import { Graph, Session, type Output, type Owner, type Tensor } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import type { RunningNetwork } from './open-checkpoint.ts'
import { wrongCount, type ServedModel } from './served-model.ts'

/** So many of the likeliest classes are told. */
const GUESSES = 5

/**
 * A SavedModel over images, in a session of its own: it gets them as it takes them, and its answers become the columns
 * of an evaluation.
 * @param onNumbers is told of all numbers of a batch
 * @throws ModelError where this TensorFlow cannot load or run it
 */
export async function runServed(
  owner: Owner,
  folder: string,
  model: ServedModel,
  images: EvaluationImages,
  wanted: { readonly logits: boolean; readonly onNumbers: (numbers: Float32Array) => void },
): Promise<RunningNetwork<EvaluatedBatch>> {
  const served = loadServed(owner, folder, model)
  const g = owner.own(new GraphBuilder())
  const pipeline = imagesOf(g, images, model)
  const input = buildServedInput(g, pipeline.images, model.images)
  const columns = buildColumns(g, model, wanted.logits)
  const session = owner.own(new Session(g.graph))
  await pipeline.start(session, 0)
  let done = 0
  const nextBatch = async () => {
    using batch = await nextImages(session, pipeline, input)
    using answer = await served(batch.images)
    checkAnswer(answer, model.images.fixedBatch ?? batch.count, model)
    const feeds = [[columns.given, answer] as const, [columns.labels, batch.labels] as const]
    const [read] = await session.run({ feeds, fetches: [columns.numbers] })
    using numbers = read!
    const values = numbers.data<'float32'>()
    if (model.outputs === 'probabilities') checkProbabilities(values, model.classes.length, images.index, done)
    wanted.onNumbers(values)
    done += batch.count
    // Not before it is done are the tensors disposed of.
    return await fetchBatch(session, columns.fetches, feeds)
  }
  return { nextBatch }
}

const imagesOf = (
  g: GraphBuilder,
  { root, index }: EvaluationImages,
  { images, resize, resample, batchSize }: ServedModel,
): Pipeline =>
  evaluationPipeline(g, index, {
    root,
    batchSize,
    data: {
      imageSize: images.imageSize,
      evaluationResize: resize,
      resample,
      channels: images.channels === 'grey' ? 1 : 3,
    },
  })

/** From what the model gives and the labels to the columns of an evaluation. */
function buildColumns(g: GraphBuilder, { output, images, outputs, classes }: ServedModel, keepsLogits: boolean) {
  const given = g.placeholder(output.dtype!, [null, classes.length], 'given')
  const labels = g.placeholder('int32', [null], 'labels')
  // What is fed cannot be fetched.
  const read = (value: Output) => g.op('Identity', [value])
  const rows = images.fixedBatch === undefined ? read(given) : firstRows(g, given, labels)
  const { numbers, logits } = buildServedLogits(g, rows, outputs)
  const figures = buildFigures(g, { logits, labels: read(labels) }, Math.min(GUESSES, classes.length))
  return { given, labels, numbers, fetches: { ...figures, ...(keepsLogits && { logits }) } }
}

/** Without the rows that filled a batch up. */
function firstRows(g: GraphBuilder, rows: Output, labels: Output): Output {
  const size = g.op('ConcatV2', [[g.op('Shape', [labels]), g.constant([-1], 'int32')], g.constant(0, 'int32')])
  return g.op('Slice', [rows, g.constant([0, 0], 'int32'), size])
}

/** Images as the model takes them, and their labels. */
async function nextImages(session: Session, pipeline: Pipeline, input: Output) {
  try {
    const [images, labels] = await session.run({ fetches: [input, pipeline.labels] })
    const dispose = () => [images!, labels!].forEach((tensor) => tensor.dispose())
    return { images: images!, labels: labels!, count: labels!.shape[0]!, [Symbol.dispose]: dispose }
  } catch (error) {
    throw await pipeline.explain(error)
  }
}

/** Loads it. @returns what it says of images */
function loadServed(owner: Owner, folder: string, { input, output }: ServedModel): (images: Tensor) => Promise<Tensor> {
  const graph = owner.own(new Graph())
  const session = owner.own(refusing('load', () => Session.load(folder, SERVING.tag, graph)))
  const operations = new Map(graph.operations().map((operation) => [operation.name, operation]))
  const placeOf = ({ name, operation, index, dtype }: ServedTensor): Output => {
    const found = operations.get(operation)
    const place = found && index < found.outputs ? { oper: found.pointer, index } : undefined
    if (!place || graph.dtypeOf(place) !== dtype)
      throw new ModelError(
        `The SavedModel is damaged: its graph has no ${dtype} "${operation}:${index}", which its signature calls "${name}"; save it again.`,
      )
    return place
  }
  const [fed, fetched] = [placeOf(input), placeOf(output)]
  return async (images) => {
    const [answer] = await session.run({ feeds: [[fed, images]], fetches: [fetched] }).catch((error: unknown) => {
      throw refusal('run', error)
    })
    return answer!
  }
}

/** Does what TensorFlow may refuse. */
function refusing<R>(what: 'load' | 'run', work: () => R): R {
  try {
    return work()
  } catch (error) {
    throw refusal(what, error)
  }
}

/** So much of TensorFlow's message is told: it may list a whole graph. */
const LONGEST = 500

function refusal(what: 'load' | 'run', error: unknown): unknown {
  if (!(error instanceof TensorFlowError)) return error
  const advice =
    error.code === 'RESOURCE_EXHAUSTED'
      ? 'lower --batch-size'
      : 'see whether it runs elsewhere with this input, or save it again'
  return new ModelError(
    `TensorFlow cannot ${what} the SavedModel (${error.code}: ${error.detail.slice(0, LONGEST)}); ${advice}.`,
    { cause: error },
  )
}

/** @throws ModelError where an answer is no row of classes for each image */
function checkAnswer({ shape }: Tensor, images: number, { classes, output }: ServedModel): void {
  const [rows, numbers, ...more] = shape
  const isRow = rows === images && numbers !== undefined && more.length === 0
  if (isRow && numbers !== classes.length) throw wrongCount(output.name, numbers, classes.length)
  if (!isRow)
    throw new ModelError(
      `The output "${output.name}" gave [${shape.join(', ')}] for ${images} images, not a row of classes for each; name another one with --output or --signature.`,
    )
}

function checkProbabilities(values: Float32Array, classes: number, { paths }: SplitIndex, first: number): void {
  for (let i = 0; i < values.length / classes; i++) {
    const problem = notProbabilities(values.subarray(classes * i, classes * (i + 1)))
    if (problem !== undefined)
      throw new ModelError(
        `What the model gives for ${paths.at(first + i)} are no probabilities (${problem}): evaluate it with --outputs logits, or name another output with --output.`,
      )
  }
}
