import type { io } from '@tensorflow/tfjs'
import { realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { z } from 'zod'
import { ModelError } from '../../../shared/errors.ts'
import { readRegular } from '../../../storage/regular-file.ts'

/** Bytes of a topology, and of a file of weights. */
const MOST_TOPOLOGY = 100e6
const MOST_WEIGHTS = 2e9

const weights = z.array(
  z.object({
    paths: z.array(z.string().min(1)),
    weights: z.array(z.looseObject({ name: z.string(), shape: z.array(z.int().min(0)), dtype: z.string() })),
  }),
)

/** What tf.layers saves, and inside it or alone what Keras' `to_json` writes. */
const document = z.union([
  z.looseObject({ modelTopology: z.looseObject({}), weightsManifest: weights.nullish() }),
  z
    .looseObject({ class_name: z.string() })
    .transform((modelTopology) => ({ modelTopology, weightsManifest: undefined })),
])

/** What wrote a model: some names mean other functions in each. */
export type Writer = 'keras-2' | 'keras-3' | 'tf.layers'

export interface ModelFile {
  readonly writer: Writer
  /** As written, not yet looked into. */
  readonly topology: unknown
  readonly weights?: Required<Pick<io.ModelArtifacts, 'weightSpecs' | 'weightData'>>
}

/** Reads a model file and the weights beside it. Throws `ModelError` where it is none, or a shard is missing or lies elsewhere. */
export function readModelFile(file: string): ModelFile {
  const parsed = document.safeParse(readJson(file))
  if (!parsed.success)
    throw new ModelError(`${file} is not the model.json of tf.layers nor the JSON of a Keras model; name one of these.`)
  const { modelTopology, weightsManifest } = parsed.data
  const topology = topologyOf(modelTopology)
  const writer = writerOf(modelTopology, topology)
  if (!weightsManifest || weightsManifest.length === 0) return { writer, topology }
  const shards = weightsManifest.flatMap(({ paths }) => paths.map((path) => readShard(file, path)))
  const weightSpecs = weightsManifest.flatMap((group) => group.weights) as io.WeightsManifestEntry[]
  return { writer, topology, weights: { weightSpecs, weightData: new Uint8Array(Buffer.concat(shards)).buffer } }
}

/** Keras 3 names no version where it writes JSON, but the module of the class; the first Keras 2 names neither. */
function writerOf(document: Readonly<Record<string, unknown>>, topology: unknown): Writer {
  const inner = typeof topology === 'object' && topology !== null ? (topology as Readonly<Record<string, unknown>>) : {}
  const version = document['keras_version'] ?? inner['keras_version']
  if (typeof version !== 'string') return 'module' in inner ? 'keras-3' : 'keras-2'
  if (version.startsWith('tfjs')) return 'tf.layers'
  return Number.parseInt(version, 10) >= 3 ? 'keras-3' : 'keras-2'
}

/** The converter of Keras files keeps the network in a part of the topology. */
const topologyOf = (topology: Readonly<Record<string, unknown>>): unknown => topology['model_config'] ?? topology

/** What Keras and TensorFlow save a model as, besides. */
const packings = [
  { begins: 'PK\x03\x04', name: 'an archive, as Keras saves a .keras file' },
  { begins: '\x89HDF', name: 'an HDF5 file' },
]
const AS_JSON =
  'write the network alone with Python, open("model.json", "w").write(model.to_json()), and name that file'

function readJson(file: string): unknown {
  const refuse = (reason: string, cause?: unknown) =>
    new ModelError(`The model file ${file} ${reason}; name a model.json of tf.layers or Keras in model.file.`, {
      cause,
    })
  try {
    const content = readRegular(file, MOST_TOPOLOGY, refuse)
    const packed = packings.find(({ begins }) => content.toString('latin1', 0, begins.length) === begins)
    if (packed) throw new ModelError(`The model file ${file} is ${packed.name}, which is not read: ${AS_JSON}.`)
    return JSON.parse(content.toString('utf8'))
  } catch (error) {
    if (error instanceof ModelError) throw error
    throw refuse(error instanceof SyntaxError ? 'is not JSON' : 'cannot be read', error)
  }
}

/** Weights lie in the folder of the model, or below. */
function readShard(file: string, path: string): Buffer {
  try {
    const folder = realpathSync(dirname(file))
    const shard = realpathSync(join(folder, path))
    if (shard.startsWith(folder + sep))
      return readRegular(shard, MOST_WEIGHTS, (what) => new ModelError(`${path} ${what}.`))
  } catch (error) {
    throw new ModelError(
      `${file} names the weights ${path}, which cannot be read; put them beside it, or leave weightsManifest out.`,
      { cause: error },
    )
  }
  throw new ModelError(`${file} names the weights ${path}, which lie outside its folder; put them beside it.`)
}
