import { initialValues, type Model, type Variables } from '../models/index.ts'
import type { Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Operation, Output } from '../tensorflow/graph/builder.ts'
import {
  buildRestore,
  buildSave,
  counterNames,
  type Restore,
  type Save,
  type StateTensor,
  type Stored,
} from './checkpoint-ops.ts'

export type { Counters, StateTensor } from './checkpoint-ops.ts'

/** A variable of the training, besides the model's own. */
export interface StateVariable {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int64'
  /** What every element starts as; or the name of the variable of the model whose first value it takes. */
  readonly starts: number | string
  /** Absent where it is in checkpoints; present where it means nothing between two steps. */
  readonly temporary?: true
}

/** Everything a step changes: the model's variables and those of the optimizer, the loss scale, the averaged weights. */
export interface TrainState {
  /** What a checkpoint holds. */
  readonly tensors: readonly StateTensor[]
  /** The resource handle of a variable besides the model's. */
  handle(name: string): Output
  /** First values into all variables. */
  initialise(session: Session, model: Model): Promise<void>
  readonly save: Save
  readonly restore: Restore
}

interface Extra extends StateVariable {
  readonly handle: Output
}

/** Declares the state of a training in a graph. */
export function declareState(g: GraphBuilder, variables: Variables, others: readonly StateVariable[]): TrainState {
  return g.withName('state', () => {
    const extras = new Map(
      others.map((variable): [string, Extra] => [variable.name, { ...variable, handle: resource(g, variable) }]),
    )
    const stored = [...storedWeights(variables), ...[...extras.values()].filter(({ temporary }) => !temporary)]
    const temporary = [...extras.values()].filter(({ temporary }) => temporary)
    return {
      tensors: [
        ...stored.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
        ...counterNames.map((name) => ({ name, shape: [], dtype: 'int64' as const })),
      ],
      handle: (name) => extras.get(name)!.handle,
      initialise: (session, model) => initialise(g, session, model, variables, [...extras.values()]),
      save: buildSave(g, stored),
      restore: buildRestore(g, stored, fill(g, temporary)),
    }
  })
}

/**
 * What reads the weights of a checkpoint into a model's variables.
 * @param averaged the moving averages of the weights, in place of the weights themselves
 */
export function buildRestoreWeights(
  g: GraphBuilder,
  variables: Variables,
  { averaged }: { averaged: boolean },
): Restore {
  return g.withName('state', () =>
    buildRestore(
      g,
      storedWeights(variables).map((weight) => ({
        ...weight,
        name: averaged ? averageName(weight.name) : weight.name,
      })),
    ),
  )
}

/** The name, in a checkpoint, of the moving average of a variable of the model. */
export const averageName = (variable: string): string => `ema/${variable}`

const storedWeights = (variables: Variables): Stored[] =>
  [...variables.values()].map(({ name, shape, handle }) => ({ name, shape, dtype: 'float32', handle }))

const resource = (g: GraphBuilder, { name, shape, dtype }: StateVariable): Output =>
  g.op('VarHandleOp', [], { dtype, shape, shared_name: name }, name)

/** Assignments of what starts as a number. */
function fill(g: GraphBuilder, variables: readonly Extra[]): Operation[] {
  return variables.flatMap(({ handle, shape, dtype, starts }) => {
    if (typeof starts === 'string') return []
    const value = g.op('Fill', [g.constant(shape, 'int32', [shape.length]), g.constant(starts, dtype)])
    return [g.operation('AssignVariableOp', [handle, value], { dtype })]
  })
}

/** One run assigns everything: TensorFlow goes over the whole graph anew for every new set of targets. */
async function initialise(
  g: GraphBuilder,
  session: Session,
  model: Model,
  variables: Variables,
  extras: readonly Extra[],
): Promise<void> {
  const values = [...initialValues(model)].map(({ name, tensor }) => ({
    placeholder: g.placeholder('float32', tensor.shape, 'initial_value'),
    name,
    tensor,
  }))
  const assigns = values.flatMap(({ name, placeholder }) => {
    const handles = [
      variables.get(name)!.handle,
      ...extras.filter(({ starts }) => starts === name).map(({ handle }) => handle),
    ]
    return handles.map((handle) => g.operation('AssignVariableOp', [handle, placeholder], { dtype: 'float32' }))
  })
  try {
    await session.run({
      feeds: values.map(({ placeholder, tensor }) => [placeholder, tensor] as const),
      targets: [...fill(g, extras), ...assigns],
    })
  } finally {
    for (const { tensor } of values) tensor.dispose()
  }
}
