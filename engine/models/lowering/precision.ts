import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { DType } from '../../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

/** What convolutions are computed in. */
export type ComputeType = 'float32' | 'float16' | 'bfloat16'

const computeTypes: Readonly<Record<Recipe['precision']['amp'], ComputeType>> = {
  off: 'float32',
  fp16: 'float16',
  bf16: 'bfloat16',
}

/** What the precision group of a recipe asks of the lowering of a training step. */
export const precisionMode = ({ amp, quantizeDelay }: Pick<Recipe['precision'], 'amp' | 'quantizeDelay'>) => ({
  compute: computeTypes[amp],
  quantizeDelay,
})

/** Layers that are worth computing in half precision, and so cast what they are given. */
const inHalf: ReadonlySet<string> = new Set(['Conv2D', 'DepthwiseConv2D', 'GroupedConv2D', 'SeparableConv2D'])

/**
 * Layers that run in the type of their inputs: they neither add up many values nor blow any up. A dense layer is here
 * so that a head on pooled float32 features stays in float32. Batch norm and layer norm compute with float32 statistics and
 * parameters whatever the type of their input.
 */
const inEither: ReadonlySet<string> = new Set([
  'Activation',
  'Add',
  'Average',
  'AveragePooling2D',
  'BatchNormalization',
  'BlurPool2D',
  'Concatenate',
  'Dense',
  'Dropout',
  'ELU',
  'Flatten',
  'GlobalMaxPooling2D',
  'LayerNormalization',
  'LayerScale',
  'LeakyReLU',
  'MaxPooling2D',
  'Maximum',
  'Minimum',
  'Multiply',
  'Permute',
  'ReLU',
  'Rescaling',
  'Reshape',
  'StochasticDepth',
  'ZeroPadding2D',
])

/** The layers above, for their test. */
export const layersInHalf: readonly string[] = [...inHalf, ...inEither]

/** The type that a layer's inputs are cast to. A layer that is not known to bear half precision runs in float32. */
export function inputType(layer: string, inputs: readonly DType[], compute: ComputeType): ComputeType {
  if (inHalf.has(layer)) return compute
  return inEither.has(layer) && inputs.includes(compute) ? compute : 'float32'
}

/** Casts between float types; a value is cast to a type once. */
export class Casts {
  readonly #made = new Map<Output, Map<DType, Output>>()
  readonly #sources = new Map<Output, Output>()

  constructor(private readonly g: GraphBuilder) {}

  to(dtype: ComputeType, value: Output): Output {
    if (this.g.dtypeOf(value) === dtype) return value
    const source = this.#sources.get(value)
    // Back to what it was cast from, which has lost nothing.
    if (source && this.g.dtypeOf(source) === dtype) return source
    const made = this.#made.get(value) ?? new Map<DType, Output>()
    this.#made.set(value, made)
    return made.get(dtype) ?? this.#cast(dtype, value, made)
  }

  #cast(dtype: ComputeType, value: Output, made: Map<DType, Output>): Output {
    const cast = this.g.op('Cast', [value], { DstT: dtype })
    made.set(dtype, cast)
    this.#sources.set(cast, value)
    return cast
  }
}
