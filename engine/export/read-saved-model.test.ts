import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bytesField, message, varintField } from '../../storage/protobuf.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { put } from '../dataset/testing/image-files.ts'
import { readSavedModel } from './read-saved-model.ts'
import { allTypes } from './saved-graph.ts'

const keras = join(import.meta.dirname, '../../tests/fixtures/keras-model')

const read = (content: Uint8Array | string) => {
  const folder = temporaryFolder()
  put(join(folder, 'saved_model.pb'), content)
  return readSavedModel(folder)
}

/** A SavedModel with fields of its one graph. */
const withGraph = (...fields: Uint8Array[]) =>
  message(bytesField(2, message(bytesField(1, bytesField(4, 'serve')), ...fields)))

it('reads how a model of Keras is called, and what it is made of', () => {
  const { signatures, graph } = readSavedModel(keras)
  const operations = allTypes(graph)
  expect(signatures.find(({ name }) => name === 'serving_default')).toMatchObject({
    inputs: [{ dtype: 'float32', shape: [null, 4, 4, 3] }],
    outputs: [{ name: 'output_0', dtype: 'float32', shape: [null, 3] }],
  })
  expect([...operations]).toEqual(expect.arrayContaining(['Conv2D', 'MatMul', 'Softmax', 'VarHandleOp', 'RestoreV2']))
  expect([...operations].filter((name) => name.startsWith('__inference'))).toEqual([])
})

it('refuses what is cut short at any place, and never ends otherwise', () => {
  const whole = readFileSync(join(keras, 'saved_model.pb'))
  for (let length = 0; length < whole.length; length += 97)
    expect(() => read(whole.subarray(0, length))).toThrow(/write the SavedModel again, or name another one/)
})

it('refuses what has no graph for inference, and what is no file', () => {
  expect(() => read('')).toThrow('it has no graph')
  expect(() => read(message(bytesField(2, bytesField(1, bytesField(4, 'train')))))).toThrow('(only train)')
  const folder = temporaryFolder()
  execFileSync('mkfifo', [join(folder, 'saved_model.pb')])
  expect(() => readSavedModel(folder)).toThrow('is a named pipe and no file')
})

it('says what runs when it is loaded', () => {
  const { startup } = readSavedModel(keras)
  expect(startup).toEqual(expect.arrayContaining(['NoOp', expect.stringContaining('StatefulPartitionedCall')]))
  const collection = (key: string, node: string) =>
    bytesField(4, message(bytesField(1, key), bytesField(2, bytesField(1, bytesField(1, node)))))
  const first = read(
    withGraph(
      collection('legacy_init_op', 'old'),
      collection('train_op', 'train'),
      collection('saved_model_main_op', 'main:0'),
    ),
  )
  expect(first.startup).toEqual(['old', 'main'])
})

it('bounds names, dimensions and signatures', () => {
  const signature = (name: string, input: Uint8Array) =>
    bytesField(
      5,
      message(bytesField(1, name), bytesField(2, bytesField(1, message(bytesField(1, 'x'), bytesField(2, input))))),
    )
  expect(() => read(withGraph(signature('a'.repeat(2000), new Uint8Array())))).toThrow(
    'a name in it has 2000 characters',
  )
  const dimensions = message(...Array.from({ length: 300 }, () => bytesField(2, varintField(1, 1))))
  expect(() => read(withGraph(signature('s', bytesField(3, dimensions))))).toThrow('300 dimensions')
  const many = Array.from({ length: 1001 }, (_, i) => signature(`s${i}`, new Uint8Array()))
  expect(() => read(withGraph(...many))).toThrow('it has 1001 signatures')
  // A type that TensorFlow may have one day, and a shape that is not known.
  const [found] = read(withGraph(signature('s', varintField(2, 9999)))).signatures
  expect(found!.inputs).toEqual([{ name: 'x', operation: '', index: 0, shape: null }])
})
