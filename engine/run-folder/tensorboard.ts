import { appendFileSync, mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { bytesField, doubleField, floatField, message, varintField } from '../../storage/protobuf.ts'
import { maskedCrc } from '../../storage/crc32c.ts'

/** Fields of `event.proto` and `summary.proto`. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 }
const SUMMARY_VALUE = 1
const VALUE = { tag: 1, simpleValue: 2 }
const SESSION_LOG_STATUS = 1
const SESSION_START = 1

function checksum(bytes: Uint8Array): Buffer {
  const stored = Buffer.alloc(4)
  stored.writeUInt32LE(maskedCrc(bytes))
  return stored
}

/** A TFRecord: length, its checksum, data, its checksum. */
function record(data: Uint8Array): Buffer {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(data.length))
  return Buffer.concat([length, checksum(length), data, checksum(data)])
}

/** Appends scalars to an event file that TensorBoard reads; every start of a run writes a file of its own. */
export class EventFile {
  readonly #file: string

  /** @param step the steps done so far: what earlier files tell of later ones is void. */
  constructor(folder: string, step: number) {
    mkdirSync(folder, { recursive: true })
    const seconds = Date.now() / 1000
    this.#file = join(folder, `events.out.tfevents.${seconds.toFixed(3)}.${hostname()}`)
    this.#append(seconds, 0, bytesField(EVENT.fileVersion, 'brain.Event:2'))
    // TensorBoard drops what has the step of this mark too.
    this.#append(seconds, step + 1, bytesField(EVENT.sessionLog, varintField(SESSION_LOG_STATUS, SESSION_START)))
  }

  /** @param wall Unix time, seconds */
  scalars(wall: number, step: number, values: Readonly<Record<string, number>>): void {
    const summary = Object.entries(values).map(([tag, value]) =>
      bytesField(SUMMARY_VALUE, message(bytesField(VALUE.tag, tag), floatField(VALUE.simpleValue, value))),
    )
    this.#append(wall, step, bytesField(EVENT.summary, message(...summary)))
  }

  #append(wall: number, step: number, content: Uint8Array): void {
    appendFileSync(
      this.#file,
      record(message(doubleField(EVENT.wallTime, wall), varintField(EVENT.step, step), content)),
    )
  }
}
