import { availableParallelism } from 'node:os'
import type { DType } from '../c-api/index.ts'
import type { GraphBuilder, Operation, Output } from './builder.ts'

/** One of the tensors that an element of a dataset consists of. */
export interface Component {
  readonly dtype: DType
  /** `null` for a size that differs between elements. */
  readonly shape: readonly (number | null)[]
}

export interface MapOptions {
  /** A function of the element's components followed by the captured tensors. */
  readonly f: string
  readonly captured?: readonly Output[]
  readonly components: readonly Component[]
}

export interface DatasetIterator {
  /** One output a component. */
  readonly next: Operation
  /** float64 scalar: seconds from the start of the run until the element was there. */
  readonly waited: Output
  /** Begins from the start, with what is fed to the dataset's placeholders. */
  readonly initialise: Operation
}

/** A tf.data dataset in a graph: it runs in TensorFlow's own threads. */
export class Dataset {
  private constructor(
    private readonly g: GraphBuilder,
    private readonly variant: Output,
    readonly components: readonly Component[],
  ) {}

  /** int64 scalars from `start` in steps of `step`, up to `stop`. */
  static range(g: GraphBuilder, start: Output, stop: Output, step: number): Dataset {
    const components: Component[] = [{ dtype: 'int64', shape: [] }]
    return new Dataset(
      g,
      g.op('RangeDataset', [start, stop, g.constant(step, 'int64')], signature(components)),
      components,
    )
  }

  /** Calls a function for one element after the other. */
  map({ f, captured = [], components }: MapOptions): Dataset {
    const attrs = { f, Targuments: captured.map((tensor) => this.g.dtypeOf(tensor)), ...signature(components) }
    return this.#then('MapDataset', [captured], attrs, components)
  }

  /** Calls a function for as many elements at once as there are cores; their order stays. */
  parallelMap({ f, captured = [], components }: MapOptions, calls = availableParallelism()): Dataset {
    const attrs = {
      f,
      Targuments: captured.map((tensor) => this.g.dtypeOf(tensor)),
      ...signature(components),
      deterministic: 'true',
    }
    return this.#then('ParallelMapDatasetV2', [captured, this.g.constant(calls, 'int64')], attrs, components)
  }

  /** Splits every element along its first axis. */
  unbatch(): Dataset {
    const components = this.components.map(({ dtype, shape }) => ({ dtype, shape: shape.slice(1) }))
    return this.#then('UnbatchDataset', [], signature(components), components)
  }

  /** Stacks elements; the last batch is dropped or smaller when they do not fill it. */
  batch(size: number, { dropRemainder }: { dropRemainder: boolean }): Dataset {
    const components = this.components.map(({ dtype, shape }) => ({
      dtype,
      shape: [dropRemainder ? size : null, ...shape],
    }))
    const inputs = [this.g.constant(size, 'int64'), this.g.constant(Number(dropRemainder), 'bool')]
    return this.#then('BatchDatasetV2', inputs, signature(components), components)
  }

  /** Leaves out the elements whose computation failed. */
  ignoreErrors(): Dataset {
    return this.#then('IgnoreErrorsDataset', [], signature(this.components), this.components)
  }

  /** Keeps up to `elements` ready. */
  prefetch(elements: number): Dataset {
    return this.#then(
      'PrefetchDataset',
      [this.g.constant(elements, 'int64')],
      signature(this.components),
      this.components,
    )
  }

  /** An iterator of the session, named after its operation. */
  iterate(): DatasetIterator {
    const attrs = signature(this.components)
    const iterator = this.g.op('IteratorV2', [], { shared_name: '', container: '', ...attrs })
    const initialise = this.g.operation('MakeIterator', [this.variant, iterator])
    const take = () => this.g.operation('IteratorGetNext', [iterator], attrs)
    if (!hasClock()) return { next: take(), waited: this.g.constant(0, 'float64'), initialise }
    const before = this.g.operation('Timestamp')
    const next = this.g.withControlDependencies([before], take)
    const after = this.g.withControlDependencies([next], () => this.g.op('Timestamp'))
    return { next, waited: this.g.op('Sub', [after, before.output(0)]), initialise }
  }

  #then(
    type: string,
    inputs: Parameters<GraphBuilder['op']>[1] & {},
    attrs: Parameters<GraphBuilder['op']>[2],
    components: readonly Component[],
  ): Dataset {
    return new Dataset(this.g, this.g.op(type, [this.variant, ...inputs], attrs), components)
  }
}

/** TensorFlow refuses to tell the time where its kernels have to be deterministic. */
const hasClock = (): boolean => !/^(1|true)$/i.test(process.env.TF_DETERMINISTIC_OPS ?? '')

const signature = (components: readonly Component[]) => ({
  output_types: components.map(({ dtype }) => dtype),
  output_shapes: components.map(({ shape }) => shape),
})
