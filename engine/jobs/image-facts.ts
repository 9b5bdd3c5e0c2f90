import { StorageError } from '../../shared/errors.ts'
import type { SampleFacts } from '../../shared/contract/sample-facts.ts'
import type { FactColumn } from '../../shared/figures/index.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { evaluationFiles } from '../../shared/run-folder/files.ts'
import { keepBeside, readBeside } from '../../storage/evaluations/beside-evaluation.ts'
import type { TextReader } from '../../storage/read-arrow.ts'
import type { PredictionTable } from '../../storage/evaluations/open-evaluation.ts'
import { manifestColumns, modeName } from '../dataset/index.ts'
import { measureImages } from '../pipeline/index.ts'
import type { EvaluatedImages } from './evaluated-images.ts'

/** What is measured of images, by their rows in the predictions. */
interface Measured {
  /** Pixels; -1 of an image that is gone. */
  readonly height: Int32Array
  readonly width: Int32Array
  /** See `ImageMeasures`; NaN of one that is gone. */
  readonly brightness: Float32Array
  readonly sharpness: Float32Array
  /** File format and colours; empty of one that is gone. */
  readonly type: readonly string[]
}

/** Columns of a manifest are called by their places, whatever their names. */
const otherName = (place: number) => `manifest-${place}`
const typesOf = (names: readonly string[]) => ({
  ...types,
  ...Object.fromEntries(names.map((_, i) => [otherName(i), 'text' as const])),
})

const types = { height: 'int32', width: 'int32', brightness: 'float32', sharpness: 'float32', type: 'text' } as const

/** Images that are measured in one go: a second or two. */
const CHUNK = 256

interface Evaluation {
  /** That of the evaluation, absolute. */
  readonly folder: string
  readonly report: EvaluationReport
  readonly table: PredictionTable
}

const besideOf = ({ report }: Evaluation) => ({
  file: evaluationFiles.imageFacts,
  key: { version: 1, predictions: report.predictions!.crc32 },
})

/** What was measured before; nothing where it has to be measured. */
export function keptFacts(evaluation: Evaluation): SampleFacts | undefined {
  const { folder, table } = evaluation
  const kept = readBeside(folder, besideOf(evaluation), typesOf)
  if (kept?.rows !== table.rows) return undefined
  const { type, ...numbers } = kept.columns
  const others = kept.names.map((name, i): [string, string[]] => [
    name,
    textsOf((kept.columns as unknown as Record<string, TextReader>)[otherName(i)]!, kept.rows),
  ])
  return { columns: columnsOf(table, { ...numbers, type: textsOf(type, kept.rows) }, others) }
}

const textsOf = (texts: TextReader, rows: number) => Array.from({ length: rows }, (_, row) => texts.at(row))

/** Measures the images of an evaluation once, a part at a time, and keeps what it finds beside the evaluation. */
export class FactsInProgress {
  /** Rows that are measured. */
  done = 0
  readonly #measured: Measured
  /** The texts of the manifest's other columns, by their names. */
  readonly #others: OtherColumns

  constructor(
    private readonly evaluation: Evaluation,
    private readonly images: EvaluatedImages,
  ) {
    const {
      samples,
      modes,
      images: { split },
    } = images
    this.#others = othersOf(evaluation.table, manifestColumns(images.source))
    this.#measured = {
      height: samples.map((sample) => split.heights[sample] ?? -1),
      width: samples.map((sample) => split.widths[sample] ?? -1),
      brightness: new Float32Array(samples.length).fill(NaN),
      sharpness: new Float32Array(samples.length).fill(NaN),
      type: Array.from(samples, (sample) => (sample < 0 ? '' : modeName(modes[sample]!))),
    }
  }

  /** The next part. */
  async measure(): Promise<void> {
    const { images, samples } = this.images
    const rows = Array.from({ length: Math.min(CHUNK, samples.length - this.done) }, (_, i) => this.done + i)
    const there = rows.filter((row) => samples[row]! >= 0)
    const { brightness, sharpness } = await measureImages(
      images,
      there.map((row) => samples[row]!),
    )
    there.forEach((row, i) => {
      this.#measured.brightness[row] = brightness[i]!
      this.#measured.sharpness[row] = sharpness[i]!
    })
    this.done += rows.length
  }

  /** Keeps all that was measured. */
  finish(): SampleFacts {
    const { folder, table } = this.evaluation
    const columns = columnsOf(table, this.#measured, this.#others)
    try {
      const names = this.#others.map(([name]) => name)
      const others = Object.fromEntries(this.#others.map(([, texts], i) => [otherName(i), texts]))
      keepBeside(folder, { ...besideOf(this.evaluation), names }, typesOf(names), table.rows, {
        ...this.#measured,
        ...others,
      })
      return { columns }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      return { columns, unsaved: error.message }
    }
  }
}

type OtherColumns = readonly (readonly [name: string, texts: readonly string[]])[]

function othersOf(
  { rows, columns: { path } }: PredictionTable,
  manifest: ReturnType<typeof manifestColumns>,
): OtherColumns {
  const lines = Array.from({ length: rows }, (_, row) => manifest.get(path.at(row)))
  const names = new Set(lines.flatMap((line) => Object.keys(line ?? {})))
  return [...names].map((name) => [name, lines.map((line) => line?.[name] ?? '')])
}

function columnsOf(
  { rows, columns: { path } }: PredictionTable,
  measured: Measured,
  others: OtherColumns,
): FactColumn[] {
  const { height, width, brightness, sharpness, type } = measured
  const orNothing = (row: number, value: number) => (height[row]! > 0 ? value : NaN)
  const folders = Array.from({ length: rows }, (_, row) => path.at(row).split('/').slice(0, -1).join('/'))
  const own = [
    { key: 'size', values: Float32Array.from(height, (h, row) => orNothing(row, Math.min(h, width[row]!))) },
    { key: 'aspect', values: Float32Array.from(height, (h, row) => orNothing(row, width[row]! / h)) },
    { key: 'brightness', values: brightness },
    { key: 'sharpness', values: sharpness },
    textColumn('type', type),
    textColumn('folder', folders),
  ]
  const taken = new Set(own.map(({ key }) => key))
  return [...own, ...others.map(([name, texts]) => otherColumn(taken.has(name) ? `manifest.${name}` : name, texts))]
}

/** Of many different numbers there are slices of ranges. */
const FEW_NUMBERS = 10

function otherColumn(key: string, texts: readonly string[]): FactColumn {
  const values = Float32Array.from(texts, (text) => (text === '' ? NaN : Number(text)))
  const areNumbers = texts.every((text, row) => text === '' || Number.isFinite(values[row]!))
  return areNumbers && new Set(texts).size > FEW_NUMBERS ? { key, values } : textColumn(key, texts)
}

/** Empty texts stand for what is not known. */
function textColumn(key: string, texts: readonly string[]): FactColumn {
  const places = new Map<string, number>()
  for (const text of texts) if (text !== '' && !places.has(text)) places.set(text, places.size)
  return { key, names: [...places.keys()], places: Int32Array.from(texts, (text) => places.get(text) ?? -1) }
}
