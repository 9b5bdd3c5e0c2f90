import { ints, optionsOf, type LowerLayer } from '../layer-context.ts'
import { paddingOf, perAxis } from './convolution.ts'
import { mayOverhang, overhangingAverage, type PoolingOptions } from './overhanging-average.ts'

const window =
  (op: string): LowerLayer =>
  (context, [x]) => {
    const { poolSize, strides } = optionsOf<PoolingOptions>(context)
    return context.g.op(op, [x!], { ksize: perAxis(poolSize), strides: perAxis(strides), padding: paddingOf(context) })
  }

/** Over height and width. */
const whole =
  (op: string): LowerLayer =>
  ({ g }, [x]) =>
    g.op(op, [x!, ints(g, [1, 2])])

export const maxPooling2d: LowerLayer = window('MaxPool')
export const averagePooling2d: LowerLayer = (context, [x]) =>
  paddingOf(context) === 'SAME' && mayOverhang(context)
    ? overhangingAverage(context, x!)
    : window('AvgPool')(context, [x!])
export const globalMaxPooling2d: LowerLayer = whole('Max')
export const globalAveragePooling2d: LowerLayer = whole('Mean')
