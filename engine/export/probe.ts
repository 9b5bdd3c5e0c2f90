import type { Recipe } from '../../shared/recipe/schema.ts'
import { probeImages } from '../evaluation/probe-images.ts'
import { Graph, Session, type Output } from '../tensorflow/c-api/index.ts'
import { SERVING, type Signature } from './saved-model.ts'

/** Images that an exported network and its checkpoint are compared on. */
const PROBES = 8

/** The probabilities of a served network for the probes: one image after the other. */
export function answerOf(session: Session, { inputs, outputs }: Signature, recipe: Recipe): Promise<Float32Array> {
  return answer(session, inputs.images!, outputs.probabilities!, recipe)
}

/** The same of a SavedModel that was written. */
export async function answerOfSaved(folder: string, recipe: Recipe): Promise<Float32Array> {
  using graph = new Graph()
  using session = Session.load(folder, SERVING.tag, graph)
  const operations = graph.operations()
  const find = (name: string): Output => ({
    oper: operations.find((operation) => operation.name === name)!.pointer,
    index: 0,
  })
  return await answer(session, find('images'), find('probabilities'), recipe)
}

async function answer(session: Session, images: Output, probabilities: Output, recipe: Recipe): Promise<Float32Array> {
  using fed = probeImages(recipe, PROBES)
  const [fetched] = await session.run({ feeds: [[images, fed]], fetches: [probabilities] })
  using tensor = fetched!
  return tensor.data<'float32'>()
}
