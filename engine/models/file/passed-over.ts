import type { LayersModel } from '@tensorflow/tfjs'
import { isContainer } from '../variables.ts'
import { isModel, type LayerJson, type ModelJson } from './keras-json.ts'
import { ownOf, short } from './operations.ts'

type Values = readonly unknown[] | 'all'

/** Options of Keras that tf.layers has no counterpart of and would pass over, and the values of them that change nothing. */
const ofClass: Readonly<Record<string, Readonly<Record<string, Values>>>> = {
  BatchNormalization: {
    fused: 'all',
    renorm: [false],
    renorm_clipping: 'all',
    renorm_momentum: 'all',
    synchronized: 'all',
  },
  Conv2D: { groups: [1] },
  DepthwiseConv2D: { groups: [1] },
  ELU: { alpha: [1] },
  GlobalAveragePooling2D: { keepdims: [false] },
  GlobalMaxPooling2D: { keepdims: [false] },
  InputLayer: { batch_shape: 'all', optional: [false], ragged: [false], sparse: [false] },
  LayerNormalization: { rms_scaling: [false] },
  ReLU: { negative_slope: [0], threshold: [0] },
  SeparableConv2D: { depth_multiplier: [1], groups: [1] },
}
/** Where Keras wrote the file: its grids of pixels share their centres, those of tf.layers a corner. */
const ofKeras: typeof ofClass = { UpSampling2D: { interpolation: ['nearest'] } }
/** Of every layer. */
const common: Readonly<Record<string, Values>> = { autocast: 'all' }

function valuesOf({ class_name, writer }: LayerJson, option: string): Values | undefined {
  const tables = [...(writer === 'tf.layers' ? [] : [ownOf(ofKeras, class_name)]), ownOf(ofClass, class_name), common]
  return tables.map((table) => table && ownOf(table, option)).find((values) => values !== undefined)
}

const isSet = (value: unknown) => value !== undefined && value !== null

/** The options of a layer that change something and would be passed over, each as "has ...". */
export function optionsPassedOver(json: LayerJson): string[] {
  return Object.entries(json.config).flatMap(([option, value]) => {
    const values = valuesOf(json, option)
    return !values || values === 'all' || !isSet(value) || values.includes(value)
      ? []
      : [`has ${option} ${short(value)}`]
  })
}

/** Options that none of the layers built from a file goes by, nor is known to change nothing: `Layer "a/b" (Class) has ...`. */
export function unknownOptions(model: LayersModel, { config }: ModelJson, path = ''): string[] {
  return config.layers.flatMap((json) => {
    const layer = model.layers.find(({ name }) => name === json.name)
    if (!layer) return []
    const name = path + json.name
    if (isModel(json)) return isContainer(layer) ? unknownOptions(layer, json, `${name}/`) : []
    const known = new Set(Object.keys(layer.getConfig()))
    return Object.entries(json.config)
      .filter(([option, value]) => isSet(value) && !known.has(inCamelCase(option)) && !valuesOf(json, option))
      .map(([option, value]) => `Layer "${name}" (${json.class_name}) has ${option} ${short(value)}`)
  })
}

/** As tf.layers reads the names of Keras. */
const inCamelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
