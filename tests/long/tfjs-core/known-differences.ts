import type { SpecResult } from './spec-results.ts'

/** Specs of tfjs-core that fail on our backend for one reason. */
export interface Difference {
  readonly reason: string
  /** A part of what each of them says. */
  readonly says: string
  /** Their names, or how many there are. */
  readonly specs: readonly string[] | number
}

const noKernel = (kernel: string, specs: number): Difference => ({
  reason: `tfjs-node has no kernel ${kernel}, which no layer of an image classifier uses`,
  says: `Kernel '${kernel}' not registered for backend 'tensorflow'`,
  specs,
})

const noOtherPadding = (type: string, specs: number): Difference => ({
  reason: `tfjs-node's pools and transposed convolutions take the padding of TensorFlow alone, as layers do, not ${type}`,
  says: `TF Backend supports only 'valid' and 'same' padding while padding was ${type}`,
  specs,
})

export const knownDifferences: readonly Difference[] = [
  noKernel('BitwiseAnd', 1),
  noKernel('DenseBincount', 8),
  noKernel('MaxPoolWithArgmax', 12),
  noKernel('RaggedGather', 12),
  noKernel('RaggedRange', 15),
  noKernel('RaggedTensorToTensor', 14),
  noKernel('SearchSorted', 7),
  noKernel('SparseFillEmptyRows', 10),
  noKernel('SparseReshape', 16),
  noKernel('SparseSegmentMean', 17),
  noKernel('SparseSegmentSum', 16),
  noKernel('StringNGrams', 33),
  noKernel('StringSplit', 7),
  noKernel('StringToHashBucketFast', 4),
  noKernel('Transform', 7),
  noOtherPadding('EXPLICIT', 16),
  noOtherPadding('NUMBER', 15),
  {
    reason: "tfjs-node's fused convolution takes the channels last alone; layers with channels first are refused",
    says: "Node backend FusedConv2D does not support dataFormat:'NCHW'",
    specs: 22,
  },
  {
    reason:
      'The sizes contradict each other: no convolution of 4 x 4 with stride 1 and padding "same" gives 8 x 8. TensorFlow refuses it, and no gradient of a convolution has such sizes',
    says: 'could not create a primitive descriptor',
    specs: ['conv2dTranspose input=8x8x8,output=4x4x8,f=8,s=1,inDepth=8,p=same vec4'],
  },
  {
    reason: 'TensorFlow refuses a window larger than its input, where TensorFlow.js gives nothing',
    says: 'Computed output size would be negative',
    specs: ['avgPool3d x=[1,1,1,1,1] f=[1,1,3] s=1 p=valid'],
  },
  {
    reason: 'TensorFlow compares no strings by order',
    says: "Value for attr 'T' of string is not in the list of allowed values",
    specs: ['greater', 'greaterEqual', 'less', 'lessEqual'].map((op) => `${op} should support string comparison`),
  },
  {
    reason: 'TensorFlow makes no diagonal of booleans',
    says: "Value for attr 'T' of bool is not in the list of allowed values",
    specs: ['diag bool'],
  },
  {
    reason:
      'TensorFlow computes sums that TensorFlow.js refuses: of a diagonal, and with an axis of 1 for a new letter',
    says: 'Expected function to throw an Error.',
    specs: [
      'einsum 2d matrix calculate trace: duplicate axes not implemented yet',
      'einsum nonexistent dimension throws error',
    ],
  },
  {
    reason: 'The sign of NaN is NaN in TensorFlow, and 0 in TensorFlow.js',
    says: '= NaN, expected[',
    specs: ['sign basic', 'sign does not propagate NaNs', 'sign accepts a tensor-like object'],
  },
  {
    reason: 'Every NaN is a value of its own in TensorFlow, one value in TensorFlow.js',
    says: 'to equal 2.',
    specs: ['unique 1d tensor with NaN and Infinity'],
  },
  {
    reason:
      "The random numbers of TensorFlow's Multinomial go on from call to call with one seed; nothing here calls it",
    says: 'Arrays differ',
    specs: ['multinomial creates the same data given the same seed'],
  },
  {
    reason: 'The last bit of a tangent near its pole differs from that of JavaScript',
    says: 'actual[2] = 30144.17',
    specs: ['tan numbers exceed float32 precision'],
  },
]

export const failuresOf = (results: readonly SpecResult[]): SpecResult[] =>
  results.filter(({ status }) => status === 'failed')

/** The failures that a difference explains. */
export const explainedBy = ({ says, specs }: Difference, failures: readonly SpecResult[]): SpecResult[] =>
  failures.filter(
    (failure) =>
      failure.says.some((said) => said.includes(says)) && (typeof specs === 'number' || specs.includes(failure.ended)),
  )
