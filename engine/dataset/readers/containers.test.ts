import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HoldOut } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import { fingerprint } from '../image-index/fingerprint.ts'
import { openIndex } from '../image-index/open-index.ts'
import { evaluationPipeline } from '../../pipeline/pipeline.ts'
import { previewSamples } from '../../pipeline/preview/preview.ts'
import { readTfRecordFolder } from './tfrecord.ts'
import { readTfRecords } from './tfrecord-file.ts'
import type { DatasetIndex } from '../image-index/split-index.ts'
import { example, idx, tfRecords } from '../testing/containers.ts'
import { batchesOf, samplesOf } from '../../pipeline/testing/batches.ts'
import { nativeObjects, picture, pixelsOf, put, raw, recipeOf, temporaryFolder } from '../testing/image-files.ts'
import { withSplits } from '../testing/listed.ts'

let folder: ReturnType<typeof temporaryFolder>
let root: string
beforeEach(() => {
  folder = temporaryFolder()
  root = `${folder.path}/data`
})
afterEach(() => folder.remove())

const open = (split?: HoldOut, path = root) => openIndex(path, `${folder.path}/cache`, { split })

/** What the reader of TFRecords says, without opening an image. */
const list = () =>
  withSplits(readTfRecordFolder(root, { cacheFolder: `${folder.path}/cache`, onListed: () => undefined }))

/** The validation samples as evaluation sees them at a size. */
async function evaluated(index: DatasetIndex, size: number, channels: 1 | 3 = 3) {
  const { data } = recipeOf({ imageSize: size, evaluationResize: size, channels, mean: [0], std: [1] })
  return samplesOf(
    await batchesOf(
      (g) => evaluationPipeline(g, index.splits.val, { root: index.root, batchSize: index.splits.val.count, data }),
      0,
      1,
    ),
  )
}

const refusal = async (path = root) => {
  const error = await open(undefined, path).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(DatasetError)
  return (error as Error).message
}

describe('TFRecords', () => {
  const png = (seed: number) =>
    raw(pixelsOf(seed, 8, 8), 8, 8)
      .png()
      .toBuffer()
  const write = async () => {
    const images = await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? png(i) : picture(i, 20, 14).jpeg().toBuffer())),
    )
    const record = (i: number) =>
      example(images[i]!, i % 2 === 0 ? 3 : 7, i % 2 === 0 ? 'tench, Tinca tinca' : 'goldfish')
    put(`${root}/train-00000-of-00002`, tfRecords([0, 1, 2, 4, 5].map(record)))
    put(`${root}/train-00001-of-00002`, tfRecords([7, 8].map(record)))
    put(`${root}/validation-00000-of-00001`, tfRecords([3, 6, 9].map(record)))
    return images
  }

  it('are read record by record, with labels that count from 1 and names from their text', async () => {
    await write()
    const index = await open()
    expect(index).toMatchObject({ kind: 'tfrecord', classes: ['tench, Tinca tinca', 'goldfish'], unreadable: [] })
    expect([...index.splits.train.paths].map((path) => path.slice(-14, -9))).toEqual([
      '00000',
      '00000',
      '00000',
      '00000',
      '00000',
      '00001',
      '00001',
    ])
    expect([...index.splits.train.labels]).toEqual([0, 1, 0, 0, 1, 1, 0])
    expect([...index.splits.val.labels]).toEqual([1, 0, 1])
    const samples = await evaluated(index, 8)
    samples.forEach(({ pixels, label }, i) => {
      expect(pixels).toEqual(pixelsOf([3, 6, 9][i]!, 8, 8))
      expect(label).toBe([1, 0, 1][i])
    })
  })

  it('are walked once, and again when a file changes', async () => {
    await write()
    const listed: number[] = []
    const opened = () =>
      openIndex(root, `${folder.path}/cache`, { onProgress: (done, total) => total === 0 && listed.push(done) })
    const first = await opened()
    expect(listed.at(-1)).toBe(10)
    listed.length = 0
    expect(await opened()).toEqual(first)
    expect(listed).toEqual([])
    put(`${root}/validation-00000-of-00001`, tfRecords([example(await png(30), 3), example(await png(31), 7)]))
    const third = await opened()
    expect(third.splits.val.count).toBe(2)
    expect(fingerprint(third.splits)).not.toBe(fingerprint(first.splits))
  })

  it('are previewed, and held out where there are no validation files', async () => {
    const images = Array.from({ length: 20 }, (_, i) => i)
    put(
      `${root}/train-00000-of-00001`,
      tfRecords(await Promise.all(images.map(async (i) => example(await png(i), 1 + (i % 2))))),
    )
    const index = await open({ validationShare: 0.2, splitSeed: 1 })
    expect([index.splits.train.count, index.splits.val.count]).toEqual([16, 4])
    expect(index.classes).toEqual(['1', '2'])
    const other = await open({ validationShare: 0.2, splitSeed: 2 })
    expect(fingerprint(other.splits)).not.toBe(fingerprint(index.splits))
    const recipe = recipeOf({ imageSize: 8, evaluationResize: 8 }, { crop: 'none', flip: 0 })
    const [sample] = await previewSamples({ index, split: 'train', recipe, epoch: 0, samples: [5] })
    expect(sample!.augmented).toEqual(sample!.original)
  })

  it('of which one is cut at any byte are read up to there, and the rest is told', async () => {
    await write()
    const good = await png(1)
    const whole = tfRecords([example(good, 3), example(good, 7), example(good, 3), example(good, 7)])
    const record = whole.length / 4
    put(
      `${root}/validation-00000-of-00001`,
      tfRecords(Array.from({ length: 60 }, (_, i) => example(good, i % 2 === 0 ? 3 : 7))),
    )
    for (let length = 0; length < whole.length; length++) {
      put(`${root}/validation-00001-of-00002`, whole.subarray(0, length))
      const records = [...readTfRecords(`${root}/validation-00001-of-00002`)]
      expect(records.filter(({ problem }) => problem === undefined)).toHaveLength(Math.floor(length / record))
      expect(records.length).toBe(Math.ceil(length / record))
    }
    for (const length of [2 * record, 2 * record + 1, 3 * record + 11, 3 * record + 13, 4 * record - 1]) {
      put(`${root}/validation-00001-of-00002`, whole.subarray(0, length))
      const { splits, unreadable } = list()
      const full = Math.floor(length / record)
      expect(splits.val.paths).toHaveLength(60 + full)
      expect(unreadable!.val).toEqual(
        length === full * record
          ? []
          : [
              {
                file: `validation-00001-of-00002 (record at byte ${full * record})`,
                reason: 'the file is cut within this record',
              },
            ],
      )
    }
    expect((await open()).splits.val.count).toBe(63)
  })

  it('with a wrong length, checksum, label or content are left out and told', async () => {
    const good = await png(1)
    const records = () => Array.from({ length: 100 }, (_, i) => example(good, 1 + (i % 2)))
    const bytes = (change: (content: Buffer, record: number) => void) => {
      const content = tfRecords(records())
      change(content, content.length / 100)
      return content
    }
    const cases: [Buffer, number, string][] = [
      [
        bytes((content, record) => content.writeUInt8(content[98 * record]! ^ 4, 98 * record)),
        98,
        'the checksum of its length is wrong, so the rest of the file cannot be read',
      ],
      [
        bytes((content, record) => content.writeUInt8(content[40 * record + 60]! ^ 1, 40 * record + 60)),
        99,
        'its checksum is wrong',
      ],
      [tfRecords([...records(), example(good, -1)]), 100, 'its label is -1, and labels go from 0 to 100000'],
      [
        tfRecords([...records(), example(good, 2 ** 40)]),
        100,
        'its label is 1099511627776, and labels go from 0 to 100000',
      ],
      [tfRecords([...records(), Buffer.from('no example')]), 100, 'it is no tf.train.Example'],
      [tfRecords([...records(), Buffer.alloc(0)]), 100, 'it has no image/encoded or image, but nothing'],
    ]
    put(`${root}/validation-00000-of-00001`, tfRecords(records()))
    for (const [content, count, reason] of cases) {
      put(`${root}/train-00000-of-00001`, content)
      const { splits, unreadable } = list()
      expect([splits.train.paths.length, unreadable!.train.map((one) => one.reason)]).toEqual([count, [reason]])
      expect(unreadable!.train[0]!.file).toMatch(/^train-00000-of-00001 \(record at byte \d+\)$/)
    }
    put(`${root}/train-00000-of-00001`, tfRecords(records()).fill(255, 0, 8))
    expect(list).toThrow(
      /^100\.0 % of the bytes in train-00000-of-00001 of .* lie behind damage \(at most 5 % may\): get train-00000-of-00001 anew, whose record at byte 0 has this: the checksum of its length is wrong/,
    )
    // What is lost is more than the one record that says so.
    put(
      `${root}/train-00000-of-00001`,
      bytes((content, record) => content.writeUInt8(content[60 * record]! ^ 4, 60 * record)),
    )
    expect(list).toThrow(/^40\.0 % of the bytes in train-00000-of-00001 /)
  })

  it('are refused where none can be used, and free everything native', async () => {
    put(`${root}/train-00000-of-00001`, 'nonsense that is no record at all')
    const before = nativeObjects()
    expect(await refusal()).toMatch(
      /holds no record that can be used: .*; train-00000-of-00001, record at byte 0: the checksum of its length is wrong/,
    )
    put(`${root}/train-00000-of-00001`, '')
    expect(await refusal()).toMatch(/holds no record that can be used/)
    expect(nativeObjects()).toEqual(before)
  })
})

describe('CIFAR in binary form', () => {
  const pixels = (seed: number) => pixelsOf(seed, 32, 32)
  const planes = (rgb: Uint8Array) =>
    Buffer.concat([0, 1, 2].map((c) => Buffer.from(rgb.filter((_, i) => i % 3 === c))))
  const records = (count: number, labelsOf: (i: number) => number[], first = 0) =>
    Buffer.concat(
      Array.from({ length: count }, (_, i) => Buffer.concat([Buffer.from(labelsOf(i)), planes(pixels(first + i))])),
    )
  const names = 'zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n\n'

  it('is read with its planes as colours', async () => {
    put(`${root}/batches.meta.txt`, names)
    put(
      `${root}/data_batch_1.bin`,
      records(12, (i) => [i % 10]),
    )
    put(
      `${root}/data_batch_2.bin`,
      records(11, (i) => [i % 10], 50),
    )
    put(
      `${root}/test_batch.bin`,
      records(10, (i) => [9 - i], 100),
    )
    const index = await open()
    expect(index).toMatchObject({ kind: 'cifar', splits: { train: { count: 23 }, val: { count: 10 } } })
    expect(index.warnings).toContain('There is no validation split, so test serves as one.')
    expect(index.classes[3]).toBe('three')
    expect(index.splits.train.paths.at(12)).toBe('data_batch_2.bin#0')
    const samples = await evaluated(index, 32)
    samples.forEach(({ pixels: found, label }, i) => {
      expect(label).toBe(9 - i)
      expect(found).toEqual(pixels(100 + i))
    })
    const [grey] = await evaluated(index, 32, 1)
    expect(grey!.pixels[5]).toBe(
      Math.round([0.299, 0.587, 0.114].reduce((sum, weight, c) => sum + weight * pixels(100)[15 + c]!, 0)),
    )
  })

  it('of 100 classes uses the fine labels', async () => {
    put(
      `${root}/train.bin`,
      records(200, (i) => [7, i % 100]),
    )
    put(
      `${root}/test.bin`,
      records(100, (i) => [3, i]),
    )
    const index = await open()
    expect(index.classes).toHaveLength(100)
    expect([...index.splits.val.labels].slice(0, 3)).toEqual([0, 1, 2])
  })

  it('is refused with a label out of range, and when it is cut', async () => {
    put(
      `${root}/data_batch_1.bin`,
      records(12, (i) => [i]),
    )
    expect(await refusal()).toContain('image 10 has label 10, and there are 10 classes')
    put(`${root}/data_batch_1.bin`, records(12, () => [1]).subarray(0, -1))
    expect(await refusal()).toContain('bytes are not a whole number of records of 3073')
    put(`${root}/data_batch_1.bin`, '')
    expect(await refusal()).toContain('its 0 bytes are not')
  })
})

describe('IDX files', () => {
  const images = (count: number, channels = 1) =>
    Uint8Array.from({ length: count * 6 * 4 * channels }, (_, i) => (i * 7) % 256)
  const labels = (count: number) => Uint8Array.from({ length: count }, (_, i) => i % 2)
  const write = (train = 8, gzip = false) => {
    const packed = (bytes: Uint8Array) => (gzip ? gzipSync(bytes) : bytes)
    const end = gzip ? '.gz' : ''
    put(`${root}/train-images-idx3-ubyte${end}`, packed(idx([train, 6, 4], images(train))))
    put(`${root}/train-labels-idx1-ubyte${end}`, packed(idx([train], labels(train))))
    put(`${root}/t10k-images-idx3-ubyte${end}`, packed(idx([2, 6, 4], images(2))))
    put(`${root}/t10k-labels-idx1-ubyte${end}`, packed(idx([2], labels(2))))
  }

  it.each([false, true])('are read, gzipped: %s', async (gzip) => {
    write(8, gzip)
    put(`${root}/classes.txt`, 'left\nright\n')
    const index = await open()
    expect(index).toMatchObject({
      kind: 'idx',
      classes: ['left', 'right'],
      splits: { train: { count: 8 }, val: { count: 2 } },
      warnings: ['There is no validation split, so t10k serves as one.'],
    })
    const samples = await evaluated(index, 4)
    // The centre: rows 1 to 4 of 6, every value three times.
    expect([...samples[1]!.pixels].filter((_, i) => i % 3 === 0)).toEqual([...images(2).subarray(24 + 4, 24 + 20)])
    expect((await evaluated(index, 4, 1))[1]!.pixels).toEqual(images(2).subarray(24 + 4, 24 + 20))
  })

  it('without validation files are split, and never lose an image', async () => {
    put(`${root}/train-images-idx3-ubyte`, idx([40, 6, 4], images(40)))
    put(`${root}/train-labels-idx1-ubyte`, idx([40], labels(40)))
    const { splits } = await open({ validationShare: 0.25, splitSeed: 3 })
    expect([splits.train.count, splits.val.count]).toEqual([30, 10])
    const rows = (split: typeof splits.train) =>
      [...split.paths].map(
        (path, i) =>
          [Number(path.split('#')[1]), Buffer.from(split.pixels!.bytes.subarray(24 * i, 24 * i + 24))] as const,
      )
    for (const [row, bytes] of [...rows(splits.train), ...rows(splits.val)])
      expect(bytes.equals(images(40).subarray(24 * row, 24 * row + 24))).toBe(true)
  })

  it('are refused when they are cut or do not belong together', async () => {
    write()
    put(`${root}/train-labels-idx1-ubyte`, idx([7], labels(7)))
    expect(await refusal()).toContain('has labels of shape [7], and there are 8 images')
    put(`${root}/train-images-idx3-ubyte`, idx([8, 6, 4], images(8)).subarray(0, 50))
    expect(await refusal()).toContain('its sizes [8, 6, 4] need 192 bytes and it has 34')
    put(`${root}/train-images-idx3-ubyte`, idx([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], images(8)))
    expect(await refusal()).toContain('its sizes [4294967295, 4294967295, 4294967295] need')
    put(`${root}/train-images-idx3-ubyte`, 'x')
    expect(await refusal()).toContain('it does not begin as one')
    write(8, true)
    put(`${root}/train-images-idx3-ubyte`, gzipSync(idx([8, 6, 4], images(8))).subarray(0, 40))
    expect(await refusal()).toContain('cannot be unpacked')
  })
})

describe('manifests', () => {
  const images = async () => {
    for (const name of ['a,b', 'two\nlines', 'c', '日本', 'e', 'f'])
      put(
        `${root}/pictures/${name}.png`,
        await raw(pixelsOf(name.length, 8, 8), 8, 8)
          .png()
          .toBuffer(),
      )
  }
  const lines = [
    ['a,b', 'cat', 'train'],
    ['two\nlines', 'dog', 'train'],
    ['c', 'cat', 'Valid'],
    ['日本', 'dog', 'val'],
  ] as const

  it.each(['labels.csv', 'labels.jsonl'])('name images with their labels: %s', async (name) => {
    await images()
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    const csv = `Path,other,label,split\r\n${lines.map(([file, label, split]) => [quoted(`pictures/${file}.png`), '', label, split].join(',')).join('\r\n')}\r\n`
    const jsonl = lines
      .map(([file, label, split]) => JSON.stringify({ path: `pictures/${file}.png`, label, split }))
      .join('\n')
    put(`${root}/${name}`, name.endsWith('.csv') ? csv : jsonl)
    const index = await open(undefined, `${root}/${name}`)
    expect(index).toMatchObject({ kind: 'manifest', root, classes: ['cat', 'dog'], unreadable: [] })
    expect([...index.splits.train.paths]).toEqual(['pictures/a,b.png', 'pictures/two\nlines.png'])
    expect([...index.splits.val.labels]).toEqual([0, 1])
    expect((await evaluated(index, 8))[0]!.pixels).toEqual(pixelsOf(1, 8, 8))
  })

  it('are found in a folder, take paths within it, and sort numbers as numbers', async () => {
    await images()
    put(
      `${root}/manifest.csv`,
      `label,path\n10,${root}/pictures/c.png\n2,pictures/e.png\n10,./pictures/f.png\n2,pictures/日本.png\n`,
    )
    const index = await open()
    expect(index.classes).toEqual(['2', '10'])
    expect([...index.splits.train.paths, ...index.splits.val.paths].sort()).toEqual([
      'pictures/c.png',
      'pictures/e.png',
      'pictures/f.png',
      'pictures/日本.png',
    ])
  })

  it.each([
    ['a,b\n1,2\n', 'its first line names the columns a, b, and not path and label'],
    ['path, label\na.png, \n', 'line 2 (a.png) has no label'],
    ['path,label\nx.png\n', 'line 2 has 1 columns where the first line has 2'],
    ['path,label\n"x.png,1\n', 'a quote stands where none may'],
    ['path,label\n', 'names no images'],
    ['', 'it is empty'],
    ['path,label,split\na.png,1,train\nb.png,1,odd\n', 'gives b.png the split "odd"'],
    ['path,label,split\na.png,1,train\nb.png,1,\n', 'gives b.png the split ""'],
    ['path,label,split\na.png,1,train\nb.png,2,val\n', 'The class "2" has 1 image in val'],
  ])('are refused: %j', async (content, sentence) => {
    put(`${root}/manifest.csv`, content)
    expect(await refusal()).toContain(sentence)
  })

  it('cannot name files outside of their folder', async () => {
    await images()
    put(`${folder.path}/outside.png`, await picture(1, 8, 8).png().toBuffer())
    const inside = Array.from({ length: 30 }, (_, i) =>
      ['c', 'e', 'f'].map((name) => `pictures/${name}.png,${i % 2}`),
    ).flat()
    put(`${root}/manifest.csv`, ['path,label', ...inside, '../outside.png,1', '/etc/hostname,0'].join('\n'))
    const { unreadable } = await open()
    expect(unreadable.map(({ file, reason }) => `${file} ${reason}`)).toEqual([
      `../outside.png outside of the manifest's folder`,
      `/etc/hostname outside of the manifest's folder`,
    ])
  })
})
