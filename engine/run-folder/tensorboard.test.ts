import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Session, type Tensor } from '../tensorflow/c-api/index.ts'
import { bytesOf, readFields, textOf } from '../../storage/protobuf.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { crc32c } from '../../storage/crc32c.ts'
import { EventFile } from './tensorboard.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'anneal-'))))
afterEach(() => rmSync(folder, { recursive: true }))

/** The records of a TFRecord file, read by TensorFlow itself, which checks every checksum. */
async function recordsOf(file: string): Promise<Uint8Array[]> {
  using g = new GraphBuilder()
  const signature = { output_types: ['string'], output_shapes: [[]] }
  const dataset = g.op('TFRecordDataset', [g.text(file), g.text(''), g.constant(0, 'int64')])
  const iterator = g.op('IteratorV2', [], { shared_name: 'records', container: '', ...signature })
  const make = g.operation('MakeIterator', [dataset, iterator])
  const next = g.op('IteratorGetNext', [iterator], signature)
  using session = new Session(g.graph)
  await session.run({ targets: [make] })
  const records: Uint8Array[] = []
  for (;;) {
    const fetched: Tensor[] | undefined = await session.run({ fetches: [next] }).catch(() => undefined)
    if (!fetched) return records
    using record = fetched[0]!
    records.push(record.byteStrings()[0]!)
  }
}

describe('crc32c', () => {
  // RFC 3720, appendix B.4, and the common check value.
  it('gives the published values', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
  })
})

describe('EventFile', () => {
  it('writes what TensorFlow reads: version, purge mark, scalars', async () => {
    new EventFile(folder, 7).scalars(1234.5, 8, { loss: 0.5, top1: 0.25 })
    const [name] = readdirSync(folder)
    expect(name).toMatch(/^events\.out\.tfevents\.\d/)
    const [version, session, scalars] = (await recordsOf(join(folder, name!))).map(readFields)
    expect(textOf(version!, 3)).toBe('brain.Event:2')
    expect(session!.find(({ number }) => number === 2)!.value).toBe(8n)
    expect(readFields(bytesOf(session!, 7)[0]!)).toEqual([{ number: 1, value: 1n }])
    const values = bytesOf(readFields(bytesOf(scalars!, 5)[0]!), 1).map(readFields)
    expect(values.map((value) => textOf(value, 1))).toEqual(['loss', 'top1'])
    // The bits of 0.5 and 0.25 in single precision, of 1234.5 in double.
    expect(values.map((value) => value.find(({ number }) => number === 2)!.value)).toEqual([0x3f000000n, 0x3e800000n])
    expect(scalars![0]).toEqual({ number: 1, value: 0x40934a0000000000n })
  })

  it('starts a file of its own each time', async () => {
    new EventFile(folder, 0)
    await new Promise((resolve) => setTimeout(resolve, 5))
    new EventFile(folder, 3)
    expect(readdirSync(folder)).toHaveLength(2)
    expect(readFileSync(join(folder, readdirSync(folder)[0]!)).length).toBeGreaterThan(0)
  })
})
