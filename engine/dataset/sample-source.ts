import { Tensor } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import type { Component } from '../tensorflow/graph/tf-data.ts'
import { copyPathOf } from './copies/copy-name.ts'
import { bytesOf, type FileColumns } from './image-index/split-index.ts'
import { TextBuilder, type TextColumn } from './image-index/text-column.ts'

/** Where the bytes of samples come from, in the graph. */
export interface SampleSource {
  /** What is to be fed when a stream starts, and what captures it. A tensor belongs to the caller. */
  readonly columns: readonly SourceColumn[]
  /** What tells one sample from the others. */
  readonly components: readonly Component[]
  /** Locations of samples: a tensor a component, with the samples as first axis. @param rows int64 [n] */
  locate(f: GraphBuilder, columns: readonly Output[], rows: Output): Output[]
  /** What all samples are read from, where that is in memory. */
  readonly shared?: SharedContent
  /** The content of one sample: a string scalar of a file's bytes, uint8 [bytes] of raw pixels, or uint8 [height, width, channels]. */
  read(f: GraphBuilder, location: readonly Output[], shared?: Output): Output
}

export interface SharedContent {
  readonly output: Output
  readonly component: Component
  /** What is to be fed to it when a stream starts; it stays its owner's. */
  readonly tensor?: Tensor
}

export interface SourceColumn {
  readonly fed: Output
  /** What the graph keeps of it. */
  readonly kept: Output
  readonly component: Component
  tensor(): Tensor
}

/** @param root absolute; what the paths of the columns are relative to */
export function sampleSource(g: GraphBuilder, root: string, files: Omit<FileColumns, 'labels'>): SampleSource {
  if (files.pixels) return pixelSource(g, files.pixels)
  if (files.records) return recordSource(g, root, files, files.records)
  return files.copies ? mixedSource(g, root, files, files.copies) : fileSource(g, root, files)
}

const gather = (f: GraphBuilder, column: Output, rows: Output) =>
  f.op('GatherV2', [column, rows, f.constant(0, 'int32')])
const withRoot = (f: GraphBuilder, root: string, paths: Output) =>
  f.op('StringJoin', [[f.text(root), paths]], { separator: '/' })

/** A file a sample. */
function fileSource(g: GraphBuilder, root: string, { paths }: Pick<FileColumns, 'paths'>): SampleSource {
  return {
    columns: [pathColumn(g, paths)],
    components: [{ dtype: 'string', shape: [] }],
    locate: (f, [column], rows) => [withRoot(f, root, gather(f, column!, rows))],
    read: (f, [path]) => f.op('ReadFile', [path!]),
  }
}

/** A file a sample, some of them copies that are elsewhere: so the whole path of each is kept. */
function mixedSource(
  g: GraphBuilder,
  root: string,
  { paths }: Pick<FileColumns, 'paths'>,
  { folder, names }: NonNullable<FileColumns['copies']>,
): SampleSource {
  const whole = new TextBuilder()
  names.forEach((name, row) =>
    whole.add(name ? copyPathOf(folder, name) : Buffer.concat([Buffer.from(`${root}/`), paths.bytesAt(row)])),
  )
  return {
    ...fileSource(g, root, { paths: whole.column() }),
    locate: (f, [column], rows) => [gather(f, column!, rows)],
  }
}

/**
 * Images within the records of TFRecord files. A dataset of one record begins at its offset, so nothing else of
 * the file is read; TensorFlow checks the record's checksums.
 */
function recordSource(
  g: GraphBuilder,
  root: string,
  { paths }: Pick<FileColumns, 'paths'>,
  records: NonNullable<FileColumns['records']>,
): SampleSource {
  const offsets = () => Tensor.from('int64', [paths.length], BigInt64Array.from(records.offsets, BigInt))
  const integers = (column: Int32Array) => () => Tensor.from('int32', [column.length], column)
  return {
    columns: [
      pathColumn(g, paths),
      numberColumn(g, 'int64', paths.length, offsets),
      numberColumn(g, 'int32', paths.length, integers(records.starts)),
      numberColumn(g, 'int32', paths.length, integers(records.lengths)),
    ],
    components: [
      { dtype: 'string', shape: [] },
      { dtype: 'int64', shape: [] },
      { dtype: 'int32', shape: [] },
      { dtype: 'int32', shape: [] },
    ],
    locate: (f, [path, ...numbers], rows) => [
      withRoot(f, root, gather(f, path!, rows)),
      ...numbers.map((column) => gather(f, column, rows)),
    ],
    read: (f, [path, offset, start, length]) => f.op('Substr', [readRecord(f, path!, offset!), start!, length!]),
  }
}

/** Read ahead of a record in one go; more of it is read as it goes on. */
const BUFFER = 65_536

/** The data of the record that begins at an offset: a string scalar. */
function readRecord(f: GraphBuilder, path: Output, offset: Output): Output {
  const one = (value: Output) => f.op('ExpandDims', [value, f.constant(0, 'int32')])
  const signature = { output_types: ['string' as const], output_shapes: [[]] }
  const rest = f.op('TFRecordDatasetV2', [one(path), f.text(''), f.constant(BUFFER, 'int64'), one(offset)])
  const record = f.op('TakeDataset', [rest, f.constant(1, 'int64')], signature)
  return f.op('DatasetToSingleElement', [record], signature)
}

/** Raw images of one size, kept in memory. */
function pixelSource(g: GraphBuilder, pixels: NonNullable<FileColumns['pixels']>): SampleSource {
  const size = bytesOf(pixels)
  const count = pixels.bytes.length / size
  const fed = g.placeholder('uint8', [count, size], 'pixels')
  const column = {
    fed,
    kept: fed,
    component: { dtype: 'uint8', shape: [count, size] },
    tensor: () => Tensor.from('uint8', [count, size], pixels.bytes),
  } as const
  return {
    columns: [column],
    components: [{ dtype: 'uint8', shape: [size] }],
    locate: (f, [images], rows) => [gather(f, images!, rows)],
    read: (_, [image]) => image!,
  }
}

function pathColumn(g: GraphBuilder, paths: TextColumn): SourceColumn {
  const fed = g.placeholder('string', [paths.length], 'paths')
  // TensorFlow shares the strings of a tensor that is fed: the dataset keeps a copy, ours can go.
  return {
    fed,
    kept: g.op('StringJoin', [[fed]]),
    component: { dtype: 'string', shape: [paths.length] },
    tensor: () =>
      Tensor.strings(
        [paths.length],
        Array.from({ length: paths.length }, (_, row) => paths.bytesAt(row)),
      ),
  }
}

function numberColumn(g: GraphBuilder, dtype: 'int32' | 'int64', count: number, tensor: () => Tensor): SourceColumn {
  const fed = g.placeholder(dtype, [count])
  return { fed, kept: fed, component: { dtype, shape: [count] }, tensor }
}
