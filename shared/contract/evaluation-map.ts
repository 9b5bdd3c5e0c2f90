import { z } from 'zod'

/** How a map is made. The same settings give the same map, to the last bit on one machine. */
export const mapSettings = z.strictObject({
  /** Nearest images that place an image, itself among them: few show small groups, many the whole. */
  neighbours: z.int().min(2).max(200).default(15),
  /** How near images come on the map, where 1 is the size of a group: the less, the denser the groups. */
  minDist: z.number().min(0).max(1).default(0.1),
  /** Of the places that images start from, and of the images that are drawn where there are too many. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0),
})
export type MapSettings = z.output<typeof mapSettings>

export const defaultMap: MapSettings = mapSettings.parse({})

/** Images that a map shows at most: of more, so many are drawn by the seed. */
export const MOST_ON_MAP = 50_000
/** As few are no map. */
export const LEAST_ON_MAP = 4

/** Images of an evaluation, placed so that those that are alike to the network are near one another. */
export interface EvaluationMap {
  readonly settings: MapSettings
  /** float32, an entry a sample; NaN of one that is not on the map. Their scale says nothing. */
  readonly x: Float32Array
  readonly y: Float32Array
  /** Why it could not be kept, and has to be made again: a sentence. */
  readonly unsaved?: string
}

export interface EvaluationMapRequest {
  /** That of the evaluation, absolute. */
  readonly folder: string
  readonly settings: MapSettings
}

/** How many samples of all are on a map, and why not all: a sentence; nothing where they are. */
export function mapNote({ x }: Pick<EvaluationMap, 'x'>): string | undefined {
  const placed = x.reduce((count, value) => count + Number(!Number.isNaN(value)), 0)
  if (placed === x.length) return undefined
  const why =
    x.length > MOST_ON_MAP && placed === MOST_ON_MAP
      ? 'they are drawn by the seed, since a map of more takes too long.'
      : 'the features of the others are no numbers, or all 0.'
  return `${placed.toLocaleString('en')} of ${x.length.toLocaleString('en')} images are on the map: ${why}`
}
