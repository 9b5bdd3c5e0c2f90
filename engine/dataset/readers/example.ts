/**
 * The features of a `tf.train.Example` that a classifier needs, read from its bytes without decoding the rest:
 * field numbers as in TensorFlow's `example.proto` and `feature.proto`, wire format as in the Protocol Buffers
 * encoding guide.
 */
export interface ImageExample {
  /** First byte of `image/encoded` in the record's data. */
  readonly start: number
  readonly length: number
  /** `image/class/label`, as it stands there. */
  readonly label: number
  /** `image/class/text`; without it, `image/class/synset`. */
  readonly text?: string
}

/** Throws an `Error` in a few words for bytes that are no Example, or one without image or label. */
export function parseExample(bytes: Buffer): ImageExample {
  const features = new Map<string, Field>()
  for (const outer of fields(bytes, whole(bytes)))
    if (outer.number === 1)
      for (const entry of fields(bytes, outer)) if (entry.number === 1) addEntry(bytes, entry, features)
  const image = valueOf(bytes, features.get('image/encoded'), 1)
  if (!image) throw new Error('it has no image/encoded')
  const label = valueOf(bytes, features.get('image/class/label'), 3)
  if (!label) throw new Error('it has no image/class/label')
  const text =
    valueOf(bytes, features.get('image/class/text'), 1) ?? valueOf(bytes, features.get('image/class/synset'), 1)
  return {
    start: image.start,
    length: image.end - image.start,
    label: label.varint ?? readVarint(bytes, label.start, label.end).value,
    ...(text && text.end > text.start && { text: bytes.toString('utf8', text.start, text.end) }),
  }
}

interface Field {
  readonly number: number
  readonly start: number
  readonly end: number
  /** In place of bytes. */
  readonly varint?: number
}

const whole = (bytes: Buffer) => ({ start: 0, end: bytes.length })

/** An entry of the map: its key is field 1, its feature field 2. */
function addEntry(bytes: Buffer, entry: Field, features: Map<string, Field>): void {
  let key: string | undefined
  let value: Field | undefined
  for (const field of fields(bytes, entry)) {
    if (field.number === 1) key = bytes.toString('utf8', field.start, field.end)
    if (field.number === 2) value = field
  }
  if (key !== undefined && value) features.set(key, value)
}

/** The first value of a feature whose list is of a kind: 1, bytes; 3, int64. */
function valueOf(bytes: Buffer, feature: Field | undefined, kind: 1 | 3): Field | undefined {
  if (!feature) return undefined
  for (const list of fields(bytes, feature))
    if (list.number === kind) for (const value of fields(bytes, list)) if (value.number === 1) return value
  return undefined
}

/** The fields of a message, one level deep. */
function* fields(bytes: Buffer, { start, end }: Pick<Field, 'start' | 'end'>): Generator<Field> {
  for (let at = start; at < end;) {
    const tag = readVarint(bytes, at, end)
    const number = Math.floor(tag.value / 8)
    const body = readBody(bytes, tag.value % 8, tag.end, end)
    yield { number, ...body }
    at = body.end
  }
}

function readBody(bytes: Buffer, wireType: number, at: number, end: number): Omit<Field, 'number'> {
  switch (wireType) {
    case 0: {
      const { value, end: after } = readVarint(bytes, at, end)
      return { start: at, end: after, varint: value }
    }
    case 1:
      return within(at, at + 8, end)
    case 2: {
      const { value, end: start } = readVarint(bytes, at, end)
      return within(start, start + value, end)
    }
    case 5:
      return within(at, at + 4, end)
    default:
      throw new Error('it is no tf.train.Example')
  }
}

function within(start: number, after: number, end: number): Omit<Field, 'number'> {
  if (after > end) throw new Error('it is no tf.train.Example')
  return { start, end: after }
}

/** Labels and lengths are small: more than 53 bits are read as a number near them. A negative one has ten bytes. */
function readVarint(bytes: Buffer, at: number, end: number): { value: number; end: number } {
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (at >= end) throw new Error('it is no tf.train.Example')
    const byte = bytes[at++]!
    value |= BigInt(byte & 127) << shift
    if (byte < 128) return { value: Number(BigInt.asIntN(64, value)), end: at }
  }
  throw new Error('it is no tf.train.Example')
}
