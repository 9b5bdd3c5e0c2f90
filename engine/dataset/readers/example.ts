import type { RecordKeys } from '../../../shared/run-folder/record-keys.ts'
import { textOf } from './disk-path.ts'
import { eachField, firstVarint, type Field } from '../../../storage/protobuf.ts'

/** The usual names: those of the ImageNet scripts, of TensorFlow Datasets, and what tutorials call them. */
const imageKeys = ['image/encoded', 'image', 'image_raw', 'image/raw', 'encoded', 'jpeg', 'jpg', 'png', 'img']
const labelKeys = ['image/class/label', 'label', 'class', 'image/label', 'target', 'cls']
/** Features that are named where none fits. */
const MOST_NAMED = 10

/**
 * The features of a `tf.train.Example` that a classifier needs, read from its bytes without copying the image:
 * field numbers as in TensorFlow's `example.proto` and `feature.proto`.
 */
export interface ImageExample {
  /** First byte of the image in the record's data. */
  readonly start: number
  readonly length: number
  /** As it stands there: a number, or a word. */
  readonly label: number | string
  /** `image/class/text`; without it, `image/class/synset`. */
  readonly text?: string
}

/** Throws an `Error` in a few words for bytes that are no Example, or one without image or label. */
export function parseExample(record: Uint8Array, keys?: RecordKeys): ImageExample {
  try {
    return imageOf(record, featuresOf(record), keys)
  } catch (error) {
    if (error instanceof RangeError) throw new Error('it is no tf.train.Example', { cause: error })
    throw error
  }
}

/** A feature by its name; its bytes hold a list of one kind. */
type Features = ReadonlyMap<string, Uint8Array>

function imageOf(record: Uint8Array, features: Features, keys: RecordKeys = {}): ImageExample {
  const has = (usual: readonly string[], own?: string) =>
    own === undefined ? usual.find((key) => features.has(key)) : features.has(own) ? own : undefined
  const lacks = (usual: readonly string[], own?: string) =>
    `it has no ${own ?? usual.slice(0, 2).join(' or ')}, but ${[...features.keys()].slice(0, MOST_NAMED).join(', ') || 'nothing'}`
  const imageKey = has(imageKeys, keys.image)
  if (imageKey === undefined) throw new Error(lacks(imageKeys, keys.image))
  const image = bytesOf(features.get(imageKey))
  if (!image) throw new Error(`its ${imageKey} holds no bytes: an encoded image is needed`)
  const labelKey = has(labelKeys, keys.label)
  if (labelKey === undefined) throw new Error(lacks(labelKeys, keys.label))
  const label = onlyOf(features.get(labelKey)!, labelKey)
  const text = bytesOf(features.get('image/class/text')) ?? bytesOf(features.get('image/class/synset'))
  return {
    start: image.byteOffset - record.byteOffset,
    length: image.length,
    label,
    // Bytes that are no UTF-8 must not make one class of two.
    ...(text && text.length > 0 && { text: textOf(text) }),
  }
}

function featuresOf(record: Uint8Array): Features {
  const features = new Map<string, Uint8Array>()
  for (const map of messagesOf(record, 1)) for (const entry of messagesOf(map, 1)) addEntry(entry, features)
  return features
}

/** An entry of the map: its key is field 1, its feature field 2. */
function addEntry(entry: Uint8Array, features: Map<string, Uint8Array>): void {
  let key: string | undefined
  let feature: Uint8Array | undefined
  for (const { number, value } of eachField(entry)) {
    if (typeof value === 'bigint') continue
    if (number === 1) key = textOf(value)
    if (number === 2) feature = value
  }
  if (key !== undefined && feature) features.set(key, feature)
}

/** The messages of a number, read as far as they are asked for. */
function* messagesOf(bytes: Uint8Array, wanted: number): Generator<Uint8Array, void> {
  for (const { number, value } of eachField(bytes)) if (number === wanted && typeof value !== 'bigint') yield value
}

/** The values of a feature whose list is of a kind: 1, bytes; 3, int64. */
const valuesOf = (feature: Uint8Array, kind: 1 | 3): Field['value'][] =>
  [...messagesOf(feature, kind)].flatMap((list) =>
    [...eachField(list)].flatMap(({ number, value }) => (number === 1 ? [value] : [])),
  )

function bytesOf(feature: Uint8Array | undefined): Uint8Array | undefined {
  const value = feature && valuesOf(feature, 1)[0]
  return typeof value === 'object' ? value : undefined
}

/** The label of an example. Throws an `Error` for several, of which the first would be no better than another. */
function onlyOf(feature: Uint8Array, key: string): number | string {
  const [numbers, words] = [valuesOf(feature, 3), valuesOf(feature, 1)]
  const count = words.length + numbers.reduce((sum, value) => sum + countOf(value), 0)
  if (count > 1) throw new Error(`its ${key} holds ${count} values, and an image has one label here`)
  const [word] = words
  if (typeof word === 'object') return textOf(word)
  if (count === 0 || numbers[0] === undefined) throw new Error(`its ${key} holds no whole number and no text`)
  return numberOf(numbers[0])
}

/** Numbers of a packed list, each of whose last byte has no upper bit; of one that stands alone, 1. */
const countOf = (value: Field['value']): number =>
  typeof value === 'bigint' ? 1 : value.reduce((sum, byte) => sum + Number(byte < 128), 0)

/** Of an int64, packed or not; more than 53 bits are read as a number near them. */
const numberOf = (value: Field['value']): number =>
  Number(BigInt.asIntN(64, typeof value === 'bigint' ? value : firstVarint(value)))
