import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'
import type { MetricSeries } from '../../shared/contract/workbench.ts'

/** What was read of a `metrics.jsonl`, so that it need not be parsed again. */
export interface KeptMetrics {
  readonly format: 1
  /** Of the file that was read. */
  readonly identity: string
  /** Bytes that were read. */
  readonly offset: number
  readonly series: readonly MetricSeries[]
  /** Lines that are not among them. */
  readonly leftOut: number
}

/** Bytes in front: the CRC-32 of what follows. */
const CHECKSUM = 4

/** Columns as V8 writes them. What is damaged, or was written by another version, counts as nothing. */
export async function readKept(file: string, identity: string): Promise<KeptMetrics | undefined> {
  try {
    const content = await readFile(file)
    const columns = content.subarray(CHECKSUM)
    if (crc32(columns) !== content.readUInt32LE()) return undefined
    const kept = deserialize(columns) as Partial<KeptMetrics> | null
    return kept?.format === 1 && kept.identity === identity ? (kept as KeptMetrics) : undefined
  } catch {
    return undefined
  }
}

/** Milliseconds before a file is written: whoever opened many runs is still reading the others. */
const REST = 1500
let turn: Promise<unknown> = Promise.resolve()

/** Keeps them, one file after the other. That it cannot be done is no reason to disturb anybody. */
export function keep(file: string, kept: KeptMetrics): void {
  const rest = setTimeout(REST, undefined, { ref: false })
  turn = turn
    .then(() => rest)
    .then(() => writeWhole(file, withChecksum(serialize(kept))))
    .catch(() => undefined)
}

function withChecksum(columns: Buffer): Buffer {
  const checksum = Buffer.alloc(CHECKSUM)
  checksum.writeUInt32LE(crc32(columns))
  return Buffer.concat([checksum, columns])
}

/** As `writeFileWhole` does, but without holding up everybody else: it is only a copy. */
async function writeWhole(file: string, content: Uint8Array): Promise<void> {
  const aside = `${file}.${process.pid}`
  await mkdir(dirname(file), { recursive: true })
  const handle = await open(aside, 'w')
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(aside, file).catch(() => rm(aside, { force: true }))
}

/** The earlier columns with the later ones at their ends. Series that share columns still do. */
export function joinSeries(earlier: readonly MetricSeries[], later: readonly MetricSeries[]): MetricSeries[] {
  const join = joiner()
  const joined = earlier.map((before) => {
    const after = later.find((series) => isSame(series, before))
    if (!after) return before
    return {
      ...before,
      steps: join(before.steps, after.steps),
      epochs: join(before.epochs, after.epochs),
      walls: join(before.walls, after.walls),
      values: join(before.values, after.values),
    }
  })
  return [...joined, ...later.filter((series) => !earlier.some((before) => isSame(before, series)))]
}

const isSame = (a: MetricSeries, b: MetricSeries) => a.split === b.split && a.metric === b.metric

/** Joins two columns; the same two again come to the same. */
function joiner(): (before: Float64Array, after: Float64Array) => Float64Array {
  const done = new Map<Float64Array, Map<Float64Array, Float64Array>>()
  return (before, after) => {
    const ofBefore = done.get(before) ?? new Map<Float64Array, Float64Array>()
    done.set(before, ofBefore)
    const joined = ofBefore.get(after) ?? concat(before, after)
    ofBefore.set(after, joined)
    return joined
  }
}

function concat(a: Float64Array, b: Float64Array): Float64Array {
  const joined = new Float64Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}
