import type { LowerLayer } from './layer-context.ts'
import { activation } from './layers/activation.ts'
import { batchNormalization } from './layers/batch-normalization.ts'
import { blurPool2d } from './layers/blur-pool2d.ts'
import { conv2d } from './layers/conv2d.ts'
import { dense } from './layers/dense.ts'
import { depthwiseConv2d } from './layers/depthwise-conv2d.ts'
import { dropout } from './layers/dropout.ts'
import { groupedConv2d } from './layers/grouped-conv2d.ts'
import { layerNormalization } from './layers/layer-normalization.ts'
import { layerScale } from './layers/layer-scale.ts'
import { add, average, concatenate, maximum, minimum, multiply } from './layers/merge.ts'
import { averagePooling2d, globalAveragePooling2d, globalMaxPooling2d, maxPooling2d } from './layers/pooling.ts'
import { elu, leakyRelu, prelu, relu, softmax, thresholdedRelu } from './layers/rectifiers.ts'
import { rescaling } from './layers/rescaling.ts'
import { separableConv2d } from './layers/separable-conv2d.ts'
import { flatten, permute, reshape } from './layers/shape.ts'
import { stochasticDepth } from './layers/stochastic-depth.ts'
import { upSampling2d } from './layers/up-sampling2d.ts'
import { zeroPadding2d } from './layers/zero-padding2d.ts'

/** Every layer that can be lowered, by its tf.layers class name. */
export const layerLowerings: ReadonlyMap<string, LowerLayer> = new Map(
  Object.entries({
    Activation: activation,
    Add: add,
    Average: average,
    AveragePooling2D: averagePooling2d,
    BatchNormalization: batchNormalization,
    BlurPool2D: blurPool2d,
    Concatenate: concatenate,
    Conv2D: conv2d,
    Dense: dense,
    DepthwiseConv2D: depthwiseConv2d,
    Dropout: dropout,
    ELU: elu,
    Flatten: flatten,
    GlobalAveragePooling2D: globalAveragePooling2d,
    GlobalMaxPooling2D: globalMaxPooling2d,
    GroupedConv2D: groupedConv2d,
    LayerNormalization: layerNormalization,
    LayerScale: layerScale,
    LeakyReLU: leakyRelu,
    MaxPooling2D: maxPooling2d,
    Maximum: maximum,
    Minimum: minimum,
    Multiply: multiply,
    PReLU: prelu,
    Permute: permute,
    ReLU: relu,
    Rescaling: rescaling,
    Reshape: reshape,
    SeparableConv2D: separableConv2d,
    Softmax: softmax,
    StochasticDepth: stochasticDepth,
    ThresholdedReLU: thresholdedRelu,
    UpSampling2D: upSampling2d,
    ZeroPadding2D: zeroPadding2d,
  } satisfies Record<string, LowerLayer>),
)
