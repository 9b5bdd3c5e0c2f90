import type { LayersModel, LayerVariable } from '@tensorflow/tfjs'
import { basename, dirname, join } from 'node:path'
import { CheckpointError } from '../../shared/errors.ts'
import { LiteralPath } from '../tensorflow/c-api/index.ts'
import { eagerContext, tensorOf } from '../tensorflow/tfjs-backend/index.ts'
import { layersOf, namedWeights, type Model } from './model.ts'
import { isContainer, type VariableSpec } from './variables.ts'

/** A TensorFlow checkpoint, and what its manifest says of it. */
export interface WeightSource {
  /** For errors. */
  readonly name: string
  /** What TensorFlow's restore ops take. */
  readonly prefix: string
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[]
}

/**
 * Writes the weights of a checkpoint into a model, the moving averages of them where it has any. The classifier stays as it
 * is where the checkpoint's has another number of classes.
 * @returns the names of the weights that stay
 * @throws CheckpointError that names the first other variable that the checkpoint lacks, or has in another shape
 */
export function restoreWeights(model: Model, source: WeightSource): string[] {
  const saved = new Map(source.tensors.map(({ name, shape }) => [name, shape.join()]))
  const fits = ({ name, shape }: VariableSpec) => saved.get(name) === shape.join()
  const weights = [...namedWeights(model)]
  const classifier = classifierWeights(layersOf(model))
  const isNew = otherClasses(
    weights.flatMap(([variable, spec]) => (classifier.has(variable) ? [spec] : [])),
    source,
  )
  const kept = weights.filter(([variable]) => !(isNew && classifier.has(variable)))
  const misfit = kept.find(([, spec]) => !fits(spec))
  if (misfit) throw doesNotFit(source.name, misfit[1], saved.get(misfit[1].name))
  const averaged = kept.map(([, { name }]) => (saved.has(`ema/${name}`) ? `ema/${name}` : name))
  read(
    source.prefix,
    averaged,
    kept.map(([variable]) => variable),
  )
  return weights.filter((weight) => !kept.includes(weight)).map(([, { name }]) => name)
}

/** Of the last layer that has any. */
function classifierWeights(model: LayersModel): ReadonlySet<LayerVariable> {
  const last = model.layers.findLast((layer) => layer.weights.length > 0)
  if (last && isContainer(last)) return classifierWeights(last)
  return new Set(last?.weights)
}

/** The classifier is there, and differs in nothing but the number of its outputs. */
function otherClasses(classifier: readonly VariableSpec[], { tensors }: WeightSource): boolean {
  const inputs = (shape: readonly number[]) => shape.slice(0, -1).join()
  const saved = classifier.map(({ name }) => tensors.find((tensor) => tensor.name === name)?.shape)
  return classifier.every(
    ({ shape }, i) =>
      saved[i]?.length === shape.length && inputs(saved[i]) === inputs(shape) && saved[i].at(-1) !== shape.at(-1),
  )
}

function doesNotFit(checkpoint: string, { name, shape }: VariableSpec, saved: string | undefined): CheckpointError {
  const found = saved === undefined ? `has no "${name}"` : `has "${name}" of shape [${saved}]`
  return new CheckpointError(
    `${checkpoint} ${found}, and the network of the recipe wants one of shape [${shape.join()}]; name a checkpoint of the same network in model.init.`,
  )
}

function read(prefix: string, names: readonly string[], variables: readonly LayerVariable[]): void {
  const context = eagerContext()
  using folder = new LiteralPath(dirname(prefix))
  using path = context.strings([], [join(folder.path, basename(prefix))])
  using tensors = context.strings([names.length], names)
  using slices = context.strings(
    [names.length],
    names.map(() => ''),
  )
  const values = context.execute(
    'RestoreV2',
    [path, tensors, slices],
    { dtypes: names.map(() => 'float32' as const) },
    names.length,
  )
  values
    .map((handle) => tensorOf(handle))
    .forEach((tensor, i) => {
      variables[i]!.write(tensor)
      tensor.dispose()
    })
}
