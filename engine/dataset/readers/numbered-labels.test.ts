import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import { listDataset } from '../image-index/open-index.ts'
import { features, idx, tfRecords } from '../testing/containers.ts'

const listed = (root: string) => listDataset({ root, cacheFolder: temporaryFolder() })

describe('labels of IDX files', () => {
  const made = (labels: readonly number[], names?: string) => {
    const root = temporaryFolder()
    writeFileSync(`${root}/train-images-idx3-ubyte`, idx([labels.length, 4, 4], new Uint8Array(16 * labels.length)))
    writeFileSync(`${root}/train-labels-idx1-ubyte`, idx([labels.length], Uint8Array.from(labels)))
    if (names !== undefined) writeFileSync(`${root}/classes.txt`, names)
    return root
  }

  it.each([
    ['count from 1 as the letters of EMNIST', [1, 2, 3, 1, 2, 3, 1, 2, 3], undefined, ['1', '2', '3'], []],
    ['count from 1 and have names', [1, 2, 3, 1, 2, 3, 1, 2, 3], 'a\nb\nc\n', ['a', 'b', 'c'], []],
    ['count from 0 and have names', [0, 1, 0, 1, 0, 1], 'a\r\nb\r\n', ['a', 'b'], []],
    [
      'have a gap',
      [0, 1, 3, 0, 1, 3, 0, 1, 3],
      undefined,
      ['0', '1', '3'],
      ['The labels go from 0 to 3, and no image has the label 2: check that no label is wrong.'],
    ],
    [
      'lack one that has a name',
      [0, 2, 0, 2, 0, 2],
      'a\nb\nc\n',
      ['a', 'c'],
      ['No image has the label of "b": it is no class here.'],
    ],
  ])('%s', async (_, labels, names, classes, warnings) => {
    const found = await listed(made(labels, names))
    expect([found.classes, found.warnings]).toEqual([classes, warnings])
  })
})

it('of several sets of IDX files one is read, with its own test images, and the others are named', async () => {
  const root = temporaryFolder()
  const put = (name: string, labels: readonly number[]) => {
    writeFileSync(`${root}/${name}-images-idx3-ubyte`, idx([labels.length, 4, 4], new Uint8Array(16 * labels.length)))
    writeFileSync(`${root}/${name}-labels-idx1-ubyte`, idx([labels.length], Uint8Array.from(labels)))
  }
  put('emnist-digits-train', [0, 1, 0, 1, 0, 1])
  put('emnist-letters-train', [1, 2, 1, 2, 1, 2])
  put('emnist-letters-test', [1, 2])
  const { classes, heldOut, leftOut, warnings } = await listed(root)
  expect([classes, heldOut !== undefined]).toEqual([['0', '1'], true])
  expect(leftOut).toEqual([
    { path: 'emnist-letters-*', reason: 'is another set of images than emnist-digits-train-images-idx3-ubyte' },
  ])
  expect(warnings).toEqual([
    'EMNIST keeps its pictures with rows and columns exchanged, and so they are seen here: on their side, and mirrored.',
  ])
})

describe('TFRecords', () => {
  const image = Buffer.from('an image')
  const made = (
    files: Readonly<Record<string, readonly Uint8Array[]>>,
    others: Readonly<Record<string, string>> = {},
  ) => {
    const root = temporaryFolder()
    for (const [name, records] of Object.entries(files)) writeFileSync(`${root}/${name}`, tfRecords(records))
    for (const [name, content] of Object.entries(others)) writeFileSync(`${root}/${name}`, content)
    return root
  }
  const some = (labels: readonly (number | string)[], image_ = 'image', label_ = 'label') =>
    labels.map((label) => features({ [image_]: image, [label_]: label }))

  it('of TensorFlow Datasets are read, with labels from 0 and the names beside them', async () => {
    const root = made(
      {
        'cats-train.tfrecord-00000-of-00002': some([0, 1]),
        'cats-train.tfrecord-00001-of-00002': some([1, 0]),
        'cats-test.tfrecord-00000-of-00001': some([0]),
      },
      { 'label.labels.txt': 'tabby\nsiamese\n', 'features.json': '{}', 'dataset_info.json': '{}' },
    )
    const { classes, splits } = await listed(root)
    expect(classes).toEqual(['tabby', 'siamese'])
    expect([splits.train, splits.val]).toEqual([
      { from: 'cats-train*', images: 4, perClass: [2, 2] },
      { from: 'cats-test*', images: 1, perClass: [1, 0] },
    ])
  })

  it('that count from 0 lose no class', async () => {
    const found = await listed(made({ 'train-00000-of-00001': some([0, 1, 2, 0, 1, 2]) }))
    expect([found.classes, found.splits.train.images + found.splits.val.images]).toEqual([['0', '1', '2'], 6])
  })

  it('whose labels are words are read, and whose names say no split', async () => {
    const root = made({ 'part-1.tfrecord': some(['dog', 'cat', 'cat', 'dog'], 'image_raw', 'class') })
    expect((await listed(root)).classes).toEqual(['cat', 'dog'])
  })

  it('without the features say which are there', async () => {
    const root = made({ 'train.tfrecord': some([0, 1], 'pixels', 'kind') })
    await expect(listed(root)).rejects.toThrow('it has no image/encoded or image, but pixels, kind')
  })

  it.each([
    ['one-hot', [0, 1, 0]],
    ['several', [3, 300]],
  ])('with a label of more than one number are told: %s', async (_, label) => {
    const records = tfRecords([features({ image, label })])
    const root = temporaryFolder()
    writeFileSync(`${root}/train.tfrecord`, records)
    await expect(listed(root)).rejects.toThrow(
      `its label holds ${label.length} values, and an image has one label here`,
    )
  })

  it('whose label or image is of another kind say so', async () => {
    const write = async (values: Parameters<typeof features>[0]) => {
      const root = temporaryFolder()
      writeFileSync(`${root}/train.tfrecord`, tfRecords([features(values)]))
      return listed(root)
    }
    await expect(write({ image, label: [] })).rejects.toThrow('its label holds no whole number and no text')
    await expect(write({ image: 3, label: 1 })).rejects.toThrow('its image holds no bytes: an encoded image is needed')
  })

  it('whose labels are no UTF-8 keep two classes two', async () => {
    const [one, two] = ['caf\xE9', 'caf\xE8'].map((word) => Buffer.from(word, 'latin1'))
    const root = temporaryFolder()
    const records = [one!, two!, one!, two!].map((label) => features({ image, label }))
    writeFileSync(`${root}/train.tfrecord`, tfRecords(records))
    expect((await listed(root)).classes).toEqual(['caf\\xE8', 'caf\\xE9'])
  })

  it('of which some are missing are told', async () => {
    const files = ['train-00000-of-00004', 'train-00003-of-00004', 'validation-0-of-2', 'test-00000-of-00001']
    const root = made(Object.fromEntries(files.map((name) => [name, some([0, 1])])))
    expect((await listed(root)).warnings.filter((warning) => warning.includes('missing'))).toEqual([
      '2 files are missing, such as train-00001-of-00004, as the names of the others tell: their images are not in the dataset.',
      'The file validation-1-of-2 is missing, as the names of the others tell: their images are not in the dataset.',
    ])
  })

  it('that are packed say so', async () => {
    const root = made({})
    writeFileSync(`${root}/train.tfrecord.gz`, gzipSync(tfRecords(some([0, 1]))))
    await expect(listed(root)).rejects.toThrow('the file is packed with gzip: unpack it')
  })
})

describe('TFRecords of other features', () => {
  it('are read by their names, with numbers that are moved', async () => {
    const root = temporaryFolder()
    const records = [7, 8, 7, 8].map((kind) =>
      features({ 'a/pixels': Buffer.from('x'), image: Buffer.from('y'), kind }),
    )
    writeFileSync(`${root}/train.tfrecord`, tfRecords(records))
    const cacheFolder = temporaryFolder()
    const found = await listDataset({
      root,
      cacheFolder,
      records: { image: 'a/pixels', label: 'kind', labelOffset: -7 },
    })
    expect(found.classes).toEqual(['0', '1'])
    await expect(listDataset({ root, cacheFolder, records: { label: 'odd' } })).rejects.toThrow(
      'it has no odd, but a/pixels, image, kind',
    )
  })
})
