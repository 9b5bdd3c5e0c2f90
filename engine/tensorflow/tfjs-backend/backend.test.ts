import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { TensorFlowError } from '../../../shared/errors.ts'
import { liveObjects } from '../c-api/index.ts'
import { bytesOf, readFields, textOf } from '../../../storage/protobuf.ts'
import { decodeImage, summaryFileWriter, useTensorFlowBackend, type TensorFlowJs } from './index.ts'

let tf: TensorFlowJs
beforeAll(async () => {
  tf = await useTensorFlowBackend()
})

const list = (tensor: { dataSync(): ArrayLike<number>; dispose(): void }) => {
  const values = Array.from(tensor.dataSync())
  tensor.dispose()
  return values
}

describe('the backend', () => {
  it('is TensorFlow, and starts once', async () => {
    expect(tf.getBackend()).toBe('tensorflow')
    expect(await useTensorFlowBackend()).toBe(tf)
  })

  it('computes', () => {
    tf.tidy(() => {
      expect(list(tf.add([1, 2], [10, 20]))).toEqual([11, 22])
      expect(
        list(
          tf.matMul(
            [
              [1, 2],
              [3, 4],
            ],
            [[5], [6]],
          ),
        ),
      ).toEqual([17, 39])
      const image = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])
      const kernel = tf.tensor4d([1, 0, 0, -1], [2, 2, 1, 1])
      expect(list(tf.conv2d(image, kernel, 1, 'valid'))).toEqual([-4, -4, -4, -4])
      expect(list(tf.conv2d(image, kernel, 2, 'same'))).toEqual([-4, 3, 7, 9])
      expect(list(tf.split(tf.tensor1d([1, 2, 3, 4]), 2)[1]!)).toEqual([3, 4])
    })
  })

  it('differentiates', () => {
    tf.tidy(() => {
      const slope = tf.grad((x) => x.square().mul(3).sum())
      expect(list(slope(tf.tensor1d([1, 2])))).toEqual([6, 12])
    })
  })

  it('knows integers, booleans, complex numbers and strings', () => {
    tf.tidy(() => {
      expect(list(tf.add(tf.scalar(2, 'int32'), tf.scalar(3, 'int32')))).toEqual([5])
      expect(list(tf.logicalNot(tf.tensor1d([true, false])))).toEqual([0, 1])
      expect(list(tf.cast(tf.tensor1d([1.9, -1.9]), 'int32'))).toEqual([1, -1])
      // (1 + 2i)(3 + 4i) = -5 + 10i
      expect(list(tf.mul(tf.complex(1, 2), tf.complex(3, 4)))).toEqual([-5, 10])
      const words = tf
        .tensor1d(['', 'Grüße', 'x'.repeat(100)])
        .reshape([3, 1])
        .reshape([3])
      expect(words.dataSync()).toEqual(['', 'Grüße', 'x'.repeat(100)])
      expect(tf.multinomial(tf.tensor1d([1, 1]), 4).shape).toEqual([4])
    })
  })

  it('computes with integers what TensorFlow refuses or gets wrong', () => {
    tf.tidy(() => {
      const whole = tf.tensor1d([-12345678, 0, 5], 'int32')
      const rounded = tf.round(whole)
      expect(rounded.dtype).toBe('int32')
      expect(list(rounded)).toEqual([-12345678, 0, 5])
      expect(list(tf.round(tf.tensor1d([0.5, 1.5, -2.5])))).toEqual([0, 2, -2])
      expect(list(tf.leakyRelu(whole, 0.5))).toEqual([-6172839, 0, 5])
      const step = tf.step(whole)
      expect(step.dtype).toBe('int32')
      expect(list(step)).toEqual([0, 0, 1])
      expect(list(tf.step(tf.tensor1d([2.5, -0.5]), 0.25))).toEqual([1, 0.25])
      expect(list(tf.exp(tf.scalar(0, 'int32')))).toEqual([1])
    })
  })

  it('keeps the input of exp', () => {
    const before = tf.memory().numTensors
    const x = tf.tensor1d([0, 1], 'int32')
    tf.exp(x).dispose()
    expect(list(x)).toEqual([0, 1])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('scatters by a list of places', () => {
    tf.tidy(() => {
      const places = tf.tensor1d([3, 0], 'int32')
      expect(list(tf.scatterND(places, tf.tensor1d([7, 8]), [4]))).toEqual([8, 0, 0, 7])
      const rows = tf.tensor2d([1, 2, 3, 4], [2, 2])
      expect(list(tf.scatterND(places, rows, [4, 2]))).toEqual([3, 4, 0, 0, 0, 0, 1, 2])
      expect(list(tf.tensorScatterUpdate(tf.ones([4]), places, tf.tensor1d([7, 8])))).toEqual([8, 1, 1, 7])
      // One place of two axes.
      expect(list(tf.scatterND([[1, 0]], [5], [2, 2]))).toEqual([0, 0, 5, 0])
    })
  })

  it('reports what TensorFlow refuses, and stays usable', () => {
    const before = tf.memory().numTensors
    const backend = tf.backend() as unknown as {
      executeSingleOutput(type: string, attrs: unknown[], inputs: unknown[]): unknown
    }
    const [a, b] = [tf.ones([2, 3]), tf.ones([2, 3])]
    expect(() => backend.executeSingleOutput('MatMul', [], [a, b])).toThrow(TensorFlowError)
    tf.dispose([a, b])
    expect(() => backend.executeSingleOutput('NoSuchOp', [], [])).toThrow(/NoSuchOp/)
    expect(list(tf.add(1, 2))).toEqual([3])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('keeps nothing of a thousand operations', () => {
    const counts = () => [
      tf.memory().numTensors,
      liveObjects('TensorHandle'),
      liveObjects('Tensor'),
      liveObjects('EagerOp'),
    ]
    const x = tf.ones([8, 8])
    list(tf.tidy(() => x.add(1)))
    const before = counts()
    for (let i = 0; i < 1000; i++) tf.tidy(() => void x.add(i).relu())
    expect(counts()).toEqual(before)
    x.dispose()
  })

  it('trains a tf.layers model', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({
          inputShape: [8, 8, 1],
          filters: 4,
          kernelSize: 3,
          activation: 'relu',
          kernelInitializer: tf.initializers.heNormal({ seed: 1 }),
        }),
        tf.layers.batchNormalization(),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: tf.initializers.heNormal({ seed: 2 }) }),
      ],
    })
    model.compile({ optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy' })
    // Bright images against dark ones.
    const x = tf.randomUniform([16, 8, 8, 1], 0, 1, 'float32', 3).add(tf.range(0, 16).mod(2).reshape([16, 1, 1, 1]))
    const y = tf.oneHot(tf.range(0, 16, 1, 'int32').mod(2).toInt(), 2)
    const { history } = await model.fit(x, y, { epochs: 5, verbose: 0 })
    const losses = history.loss as number[]
    expect(losses).toHaveLength(5)
    expect(losses[4]).toBeLessThan(losses[0]! * 0.7)
    model.dispose()
  })
})

/** The payloads of a TFRecord file: 8 bytes of length, 4 of its checksum, the data, 4 of its checksum. */
function records(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const found: Uint8Array[] = []
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true))
    found.push(file.subarray(at + 12, at + 12 + length))
    at += 12 + length + 4
  }
  return found
}

describe('tfjs-node functions', () => {
  it('write TensorBoard scalars that can be read back', () => {
    const folder = mkdtempSync(join(tmpdir(), 'summary-'))
    const writer = summaryFileWriter(folder)
    writer.scalar('loss', 0.5, 7)
    writer.histogram('weights', tf.tensor1d([1, 2, 3]), 7, 2)
    writer.flush()
    const events = records(readFileSync(join(folder, readdirSync(folder)[0]!))).map(readFields)
    // event.proto: step 2, file_version 3, summary 5; summary.proto: value 1, tag 1, simple_value 2.
    expect(textOf(events[0]!, 3)).toMatch(/^brain\.Event:/)
    const scalar = events.find((event) => bytesOf(event, 5).length > 0)!
    expect(scalar.find(({ number }) => number === 2)?.value).toBe(7n)
    const value = readFields(bytesOf(readFields(bytesOf(scalar, 5)[0]!), 1)[0]!)
    expect(textOf(value, 1)).toBe('loss')
    const halfAsBits = 0x3f000000n
    expect(value.find(({ number }) => number === 2)?.value).toBe(halfAsBits)
    expect(events).toHaveLength(3)
    rmSync(folder, { recursive: true })
  })

  it('decode images', async () => {
    const pixels = Uint8Array.from({ length: 2 * 3 * 3 }, (_, i) => i * 14)
    const png = await sharp(pixels, { raw: { width: 3, height: 2, channels: 3 } })
      .png()
      .toBuffer()
    const image = decodeImage(new Uint8Array(png), 3)
    expect(image.shape).toEqual([2, 3, 3])
    expect(list(image)).toEqual([...pixels])
  })
})
