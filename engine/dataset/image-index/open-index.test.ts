import {
  appendFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatasetError, StorageError } from '../../../shared/errors.ts'
import { imageKinds } from '../image-kind.ts'
import { openDataset, openIndex } from './open-index.ts'
import { nativeObjects, picture, put, putImage, temporaryFolder } from '../testing/image-files.ts'

let folder: ReturnType<typeof temporaryFolder>
let root: string
let cache: string
beforeEach(async () => {
  folder = temporaryFolder()
  root = `${folder.path}/images`
  cache = `${folder.path}/cache`
  for (const split of ['train', 'val'])
    for (const name of ['a', 'b']) await putImage(`${root}/${split}/${name}/first.jpg`, 1)
})
afterEach(() => folder.remove())

/** Opens the index; tells how many images were decoded. */
async function open() {
  let decoded = 0
  const index = await openIndex(root, cache, { onProgress: (_, total) => (decoded = total) })
  return { index, decoded }
}

const refusal = () =>
  open().then(
    () => 'It was accepted.',
    (error: unknown) => {
      expect(error).toBeInstanceOf(DatasetError)
      return (error as Error).message
    },
  )

/** Enough good images that a few bad ones are below 5 %. */
async function addGood(count = 200): Promise<void> {
  const bytes = await picture(2, 9, 7).png().toBuffer()
  for (let i = 0; i < count; i++) put(`${root}/train/b/good-${i}.png`, bytes)
}

/** A BMP of 24 bits a pixel, blue first. A negative height begins with the top row. */
function bmp(width: number, height: number): Uint8Array {
  const row = Math.ceil((width * 3) / 4) * 4
  const bytes = Buffer.alloc(54 + row * Math.abs(height), 77)
  bytes.fill(0, 0, 54)
  bytes.write('BM')
  for (const [offset, value] of [
    [2, bytes.length],
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
    [34, bytes.length - 54],
  ] as const)
    bytes.writeInt32LE(value, offset)
  bytes.writeInt16LE(1, 26)
  bytes.writeInt16LE(24, 28)
  return bytes
}

describe('an index', () => {
  it('knows size and kind of every image, whatever it is called', async () => {
    const square = picture(3, 21, 13)
    put(`${root}/train/a/a png.jpg`, await square.clone().png().toBuffer())
    put(`${root}/train/a/a jpeg.png`, await square.clone().jpeg().toBuffer())
    put(`${root}/train/a/cmyk.jpg`, await square.clone().toColourspace('cmyk').jpeg().toBuffer())
    put(`${root}/train/a/grey.jpg`, await square.clone().greyscale().jpeg().toBuffer())
    put(`${root}/train/a/deep.png`, await square.clone().toColourspace('rgb16').png().toBuffer())
    put(`${root}/train/a/alpha.png`, await square.clone().ensureAlpha().png().toBuffer())
    put(`${root}/train/a/palette.png`, await square.clone().png({ palette: true }).toBuffer())
    put(`${root}/train/a/one\nline two 日本語.gif`, await square.clone().gif().toBuffer())
    put(`${root}/train/a/up.bmp`, bmp(21, 13))
    put(`${root}/train/a/down.BMP`, bmp(21, -13))
    const { index, decoded } = await open()
    expect(decoded).toBe(14)
    expect(index.unreadable).toEqual([])
    const { train } = index.splits
    const kinds = Object.fromEntries([...train.paths].map((path, i) => [path.replace('train/a/', ''), train.kinds[i]]))
    expect(kinds).toEqual({
      'a png.jpg': imageKinds.png,
      'a jpeg.png': imageKinds.jpeg,
      'cmyk.jpg': imageKinds.other,
      'grey.jpg': imageKinds.jpeg,
      'deep.png': imageKinds.png,
      'alpha.png': imageKinds.png,
      'palette.png': imageKinds.png,
      'one\nline two 日本語.gif': imageKinds.other,
      'up.bmp': imageKinds.other,
      'down.BMP': imageKinds.other,
      'first.jpg': imageKinds.jpeg,
      'train/b/first.jpg': imageKinds.jpeg,
    })
    ;[...train.paths].forEach((path, i) =>
      expect([path, train.widths[i], train.heights[i]]).toEqual([
        path,
        ...(path.endsWith('first.jpg') ? [40, 30] : [21, 13]),
      ]),
    )
  })

  it('frees everything native', async () => {
    put(`${root}/train/a/bad.png`, 'text')
    const before = nativeObjects()
    await refusal()
    expect(nativeObjects()).toEqual(before)
  })
})

describe('images that cannot be read', () => {
  it('are left out, each with its reason', async () => {
    await addGood()
    const png = await picture(4, 60, 50).png().toBuffer()
    const jpeg = await picture(4, 60, 50).jpeg().toBuffer()
    const bomb = Buffer.from(png)
    bomb.writeUInt32BE(200_000, 16)
    bomb.writeUInt32BE(100_000, 20)
    const bad = `${root}/train/b`
    put(`${bad}/0-empty.png`)
    put(`${bad}/1-text.png`, 'This is no image.')
    put(`${bad}/2-cut.png`, png.subarray(0, png.length / 2))
    put(`${bad}/3-cut.jpg`, jpeg.subarray(0, jpeg.length / 2))
    put(`${bad}/4-header.jpg`, jpeg.subarray(0, 20))
    put(`${bad}/5-bomb.png`, bomb)
    put(`${bad}/6-short.png`, png.subarray(0, 10))
    symlinkSync(`${root}/nowhere`, `${bad}/7-broken.jpg`)
    put(`${bad}/8-cut.bmp`, bmp(21, 13).subarray(0, 200))
    put(`${bad}/9-cut.gif`, (await picture(4, 60, 50).gif().toBuffer()).subarray(0, 40))
    const { index } = await open()
    expect(index.unreadable.map(({ file, reason }) => [file.slice('train/b/'.length), reason])).toEqual([
      ['0-empty.png', 'empty file'],
      ['1-text.png', 'not a JPEG, PNG, BMP, GIF, WebP, TIFF or PNM image'],
      ['2-cut.png', expect.stringMatching(/^truncated PNG: \d\d % of its pixels are missing$/)],
      ['3-cut.jpg', expect.stringMatching(/^truncated JPEG: \d\d % of its pixels are missing$/)],
      ['4-header.jpg', 'truncated or damaged JPEG'],
      ['5-bomb.png', 'too large: 200000 x 100000 px, at most 100 million pixels'],
      ['6-short.png', 'damaged: its size is 0 px'],
      ['7-broken.jpg', 'the file is missing'],
      ['8-cut.bmp', 'truncated or damaged BMP'],
      ['9-cut.gif', 'truncated or damaged GIF'],
    ])
    expect(index.splits.train.count).toBe(202)
    expect([...index.splits.train.paths].some((path) => /\/\d-/.test(path))).toBe(false)
    expect(index.splits.train.kinds.every((kind) => kind > 0)).toBe(true)
  })

  it('are too many above 5 %', async () => {
    await addGood(17)
    put(`${root}/train/b/bad-1.png`, 'text')
    expect((await open()).index.unreadable).toHaveLength(1)
    put(`${root}/train/b/bad-2.png`, 'text')
    expect(await refusal()).toBe(
      `2 of the 21 train images of ${root} cannot be read (9.5 %, at most 5 % may be): replace or remove them, first train/b/bad-1.png (not a JPEG, PNG, BMP, GIF, WebP, TIFF or PNM image), train/b/bad-2.png (not a JPEG, PNG, BMP, GIF, WebP, TIFF or PNM image).`,
    )
  })

  it('may not be all that a class has', async () => {
    await addGood()
    put(`${root}/train/a/first.jpg`, 'text')
    expect(await refusal()).toContain(`The class "a" has no readable images in ${root}/train`)
    await putImage(`${root}/train/a/first.jpg`, 1)
    renameSync(`${root}/val`, `${root}/Valid`)
    for (let i = 0; i < 40; i++) await putImage(`${root}/Valid/b/${i}.png`, 1, 8, 8)
    put(`${root}/Valid/a/first.jpg`, 'text')
    // What is measured may lack a class, and that is said.
    expect((await open()).index.warnings).toEqual([
      'The class "a" has a single training image.',
      'The class "a" has no validation images: it is trained on and not measured.',
    ])
  })
})

describe('what was found once', () => {
  it('is remembered until the file changes', async () => {
    await addGood(30)
    put(`${root}/train/b/bad.png`, 'text')
    const first = await open()
    expect(first.decoded).toBe(35)
    const second = await open()
    expect(second.decoded).toBe(0)
    expect(second.index).toEqual(first.index)

    await putImage(`${root}/train/a/first.jpg`, 5, 33, 44)
    await putImage(`${root}/train/b/bad.png`, 5)
    const third = await open()
    expect(third.decoded).toBe(2)
    expect(third.index.splits.train.widths[0]).toBe(33)
    expect(third.index.unreadable).toEqual([])
    utimesSync(`${root}/val/a/first.jpg`, new Date(), new Date(0))
    expect((await open()).decoded).toBe(1)
  })

  it('keeps to its file when others come, go, or change class', async () => {
    await putImage(`${root}/train/b/z.png`, 1, 10, 11)
    await open()
    for (const split of ['train', 'val']) await putImage(`${root}/${split}/0/new.jpg`, 1, 12, 13)
    rmSync(`${root}/train/b/first.jpg`)
    const { index, decoded } = await open()
    expect(decoded).toBe(2)
    expect(index.classes).toEqual(['0', 'a', 'b'])
    expect([...index.splits.train.labels]).toEqual([0, 1, 2])
    expect([...index.splits.train.widths]).toEqual([12, 40, 10])
    expect((await open()).decoded).toBe(0)
    rmSync(`${root}/train/a/first.jpg`)
    await putImage(`${root}/train/a/other.jpg`, 1)
    expect((await open()).decoded).toBe(1)
  })

  it('is found again when its file is damaged', async () => {
    const { index } = await open()
    const [name] = readdirSync(`${cache}/indexes`) as [string]
    const file = `${cache}/indexes/${name}`
    const whole = readFileSync(file)
    const damages = [
      () => truncateSync(file, whole.length - 3),
      () => appendFileSync(file, 'x'),
      () => writeFileSync(file, 'x\n'),
      () => writeFileSync(file, ''),
    ]
    for (const damage of damages) {
      damage()
      expect(await open()).toEqual({ index, decoded: 4 })
      expect(readFileSync(file)).toEqual(whole)
    }
    expect(readdirSync(`${cache}/indexes`)).toEqual([name])
  })

  it('belongs to its folder', async () => {
    await open()
    const other = `${folder.path}/other`
    symlinkSync(root, other)
    let decoded = 0
    await openIndex(other, cache, { onProgress: (_, total) => (decoded = total) })
    expect(decoded).toBe(4)
  })

  it('must have a place', async () => {
    put(cache, 'a file')
    await expect(open()).rejects.toThrow(StorageError)
  })
})

describe('a large dataset', () => {
  /** Long ago: a folder that has only just changed is not trusted. */
  const settle = () => {
    for (const name of readdirSync(root, { recursive: true, withFileTypes: true }))
      if (name.isDirectory()) utimesSync(`${name.parentPath}/${name.name}`, 1e9, 1e9)
    utimesSync(root, 1e9, 1e9)
  }

  /** Opens it as one of more than three files is; tells what was listed and decoded. */
  async function openLarge(options: Parameters<typeof openDataset>[2] = {}) {
    const told = { listed: 0, decoded: 0 }
    const opened = await openDataset(root, cache, {
      listedAlways: 3,
      onProgress: (done, total) => (total === 0 ? (told.listed = done) : (told.decoded = total)),
      ...options,
    })
    return { ...opened, ...told }
  }

  it('is not listed again while its folders are unchanged', async () => {
    await addGood(30)
    put(`${root}/train/b/bad.png`, 'text')
    settle()
    const first = await openLarge()
    expect(first).toMatchObject({ listed: 35, decoded: 35 })
    const second = await openLarge()
    expect(second).toMatchObject({ listed: 0, decoded: 0 })
    expect(second.index).toEqual(first.index)
    expect(second.rows).toEqual(first.rows)
  })

  it('is listed again where something came, went or was renamed', async () => {
    settle()
    await openLarge()
    const changes: (() => unknown)[] = [
      () => putImage(`${root}/train/a/new.jpg`, 2),
      () => rmSync(`${root}/train/a/new.jpg`),
      () => renameSync(`${root}/val/b/first.jpg`, `${root}/val/b/other.jpg`),
      async () => {
        for (const split of ['train', 'val']) await putImage(`${root}/${split}/c/1.jpg`, 3)
      },
    ]
    const counts: number[] = []
    for (const change of changes) {
      await change()
      const { index } = await openLarge()
      counts.push(index.splits.train.count + index.splits.val.count)
      settle()
      expect((await openLarge()).listed).toBe(counts.at(-1))
      expect((await openLarge()).listed).toBe(0)
    }
    expect(counts).toEqual([5, 4, 4, 6])
  })

  it('is listed again where that is asked for, and then notices a file that was written over', async () => {
    settle()
    await openLarge()
    await putImage(`${root}/train/a/first.jpg`, 5, 33, 44)
    expect(await openLarge()).toMatchObject({ listed: 0, decoded: 0 })
    expect(await openLarge({ listAll: true })).toMatchObject({ listed: 4, decoded: 1 })
    expect((await openLarge()).index.splits.train.widths[0]).toBe(33)
  })

  it('is listed again where a folder has only just changed', async () => {
    await openLarge()
    expect((await openLarge()).listed).toBe(4)
  })

  it('is split by any recipe without being listed', async () => {
    rmSync(`${root}/val`, { recursive: true })
    await addGood(30)
    for (let i = 0; i < 9; i++) await putImage(`${root}/train/a/${i}.png`, i)
    settle()
    const first = await openLarge({ split: { validationShare: 0.2, splitSeed: 1 } })
    const other = await openLarge({ split: { validationShare: 0.5, splitSeed: 2 } })
    expect(other).toMatchObject({
      listed: 0,
      decoded: 0,
      described: { heldOut: { validationShare: 0.5, splitSeed: 2 } },
    })
    expect([first, other].map(({ index }) => [index.splits.train.count, index.splits.val.count])).toEqual([
      [33, 8],
      [20, 21],
    ])
    const { index } = await openDataset(root, `${cache}-2`, { split: { validationShare: 0.5, splitSeed: 2 } })
    expect([...other.index.splits.val.paths]).toEqual([...index.splits.val.paths])
    expect(other.index.splits.val.labels).toEqual(index.splits.val.labels)
  })
})
