import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatasetError } from '../../../shared/errors.ts'
import { put, temporaryFolder } from '../testing/image-files.ts'
import { withSplits } from '../testing/listed.ts'
import { readDataset } from './read-dataset.ts'

let folder: ReturnType<typeof temporaryFolder>
let root: string
beforeEach(() => {
  folder = temporaryFolder()
  root = folder.path
})
afterEach(() => folder.remove())

const readImageFolder = async (path: string, splitSeed = 1) =>
  withSplits(await readDataset(path, { cacheFolder: `${root}/.cache`, onListed: () => undefined }), {
    validationShare: 0.25,
    splitSeed,
  })
const touch = (...files: string[]) => files.forEach((file) => put(`${root}/${file}`, 'x'))

describe('an image folder', () => {
  it('has classes in code unit order, and images in the order of their paths', async () => {
    touch('train/b/2.png', 'train/b/10.png', 'train/Z/1.JPG', 'train/ä/1.jpeg', 'train/b/deep/er/1.Jpg')
    touch('val/b/1.bmp', 'val/Z/1.gif', 'val/ä/1.png')
    const { classes, splits } = await readImageFolder(root)
    expect(classes).toEqual(['Z', 'b', 'ä'])
    expect(splits.train.paths).toEqual([
      'train/Z/1.JPG',
      'train/b/10.png',
      'train/b/2.png',
      'train/b/deep/er/1.Jpg',
      'train/ä/1.jpeg',
    ])
    expect([...splits.train.labels]).toEqual([0, 1, 1, 1, 2])
    expect([...splits.val.labels]).toEqual([0, 1, 2])
    expect([...splits.train.bytes]).toEqual([1, 1, 1, 1, 1])
    expect(splits.train.mtimes.every((time) => Math.abs(time - Date.now()) < 600_000)).toBe(true)
  })

  it.each(['val', 'validation', 'Valid', 'TEST'])('may call its validation folder %s', async (name) => {
    touch('Train/a/1.png', `${name}/a/1.png`)
    const { splits } = await readImageFolder(root)
    expect(splits.val.paths).toEqual([`${name}/a/1.png`])
    expect(splits.train.paths).toEqual(['Train/a/1.png'])
  })

  it('has three splits, and leaves out what is in the last alone', async () => {
    touch('train/a/1.png', 'val/a/1.png', 'test/a/2.png', 'test/other/2.png')
    const { classes, splits, leftOut } = await readImageFolder(root)
    expect([classes, splits.val.paths, splits.test.paths]).toEqual([['a'], ['val/a/1.png'], ['test/a/2.png']])
    expect(leftOut).toEqual([{ path: 'test: other', reason: '1 image of a class without training images' }])
  })

  it('takes a folder test for a class where there is none to train on and it holds images', async () => {
    touch(...['a', 'b', 'Test'].flatMap((name) => [1, 2, 3, 4].map((i) => `${name}/${i}.png`)))
    expect((await readImageFolder(root)).classes).toEqual(['Test', 'a', 'b'])
  })

  it.each([
    '__MACOSX',
    'lost+found',
    '$RECYCLE.BIN',
    '@eaDir',
    '#recycle',
    '.ipynb_checkpoints',
    'System Volume Information',
  ])('has no classes or images in the system folder %s', async (name) => {
    touch('train/a/1.png', 'train/b/1.png', 'val/a/1.png', 'val/b/1.png')
    touch(
      `${name}/a/1.png`,
      `train/${name}/1.png`,
      `train/a/${name}/1.png`,
      `val/${name}/x/1.png`,
      `val/b/x/${name}/1.png`,
    )
    const { classes, splits } = await readImageFolder(root)
    expect(classes).toEqual(['a', 'b'])
    expect([...splits.train.paths, ...splits.val.paths]).toEqual([
      'train/a/1.png',
      'train/b/1.png',
      'val/a/1.png',
      'val/b/1.png',
    ])
    touch(
      `plain/cat/1.png`,
      `plain/cat/2.png`,
      `plain/dog/1.png`,
      `plain/dog/2.png`,
      `plain/${name}/1.png`,
      `plain/${name}/2.png`,
    )
    expect((await readImageFolder(`${root}/plain`)).classes).toEqual(['cat', 'dog'])
  })

  it('is read without hidden and other files', async () => {
    touch(
      'train/a/1.png',
      'train/a/.2.png',
      'train/a/._3.png',
      'train/.cache/4.png',
      'train/a/notes.txt',
      'train/5.png',
      'val/a/1.png',
    )
    const { classes, splits } = await readImageFolder(root)
    expect(classes).toEqual(['a'])
    expect(splits.train.paths).toEqual(['train/a/1.png'])
  })

  it('takes names as they are', async () => {
    const names = ['with space.png', 'two\nlines.png', '日本語.png', 'quote\'".png', '100%.png', 'a\\b.png']
    touch(...names.map((name) => `train/a b/${name}`), 'val/a b/1.png')
    expect((await readImageFolder(root)).splits.train.paths.toSorted()).toEqual(
      names.map((name) => `train/a b/${name}`).sort(),
    )
  })
})

describe('links', () => {
  it('are followed, to files and folders', async () => {
    touch('elsewhere/x/1.png', 'elsewhere/2.png', 'val/a/1.png', 'train/a/0.png')
    symlinkSync(`${root}/elsewhere/x`, `${root}/train/a/x`)
    symlinkSync(`${root}/elsewhere/2.png`, `${root}/train/a/linked.png`)
    symlinkSync(`${root}/elsewhere/x`, `${root}/train/b`)
    symlinkSync(`${root}/val/a`, `${root}/val/b`)
    expect((await readImageFolder(root)).splits.train.paths).toEqual([
      'train/a/0.png',
      'train/a/linked.png',
      'train/a/x/1.png',
      'train/b/1.png',
    ])
  })

  it('in a loop end', async () => {
    touch('train/a/1.png', 'train/a/deep/2.png', 'val/a/1.png')
    symlinkSync(`${root}/train/a`, `${root}/train/a/deep/again`)
    symlinkSync(`${root}/train`, `${root}/train/a/up`)
    symlinkSync(root, `${root}/train/a/root`)
    symlinkSync(`${root}/train/a/self.png`, `${root}/train/a/self.png`)
    const { splits } = await readImageFolder(root)
    expect(splits.train.paths).toEqual(['train/a/1.png', 'train/a/deep/2.png', 'train/a/self.png'])
    expect([...splits.train.bytes]).toEqual([1, 1, -1])
  })
})

describe('what is no image folder', () => {
  const refusal = async (path = root) => {
    const error = await readImageFolder(path).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(DatasetError)
    return (error as Error).message
  }

  it('is refused when it is not there, or a file', async () => {
    expect(await refusal(`${root}/none`)).toBe(`There is no folder ${root}/none; check the path of the dataset.`)
    touch('file')
    expect(await refusal(`${root}/file`)).toBe(
      `${root}/file is a file, not a folder: name the folder that holds the dataset, or a manifest (.csv, .tsv, .jsonl or .json).`,
    )
    expect(await refusal(`${root}/file/below`)).toContain('There is no folder')
  })

  it('is refused with what was seen and what is known', async () => {
    expect(await refusal()).toBe(
      `The folder ${root} is empty: check the path, or put images in it as train/<class>/<image> and val/<class>/<image>.`,
    )
    touch('notes/1.txt', 'more.txt')
    expect(await refusal()).toContain('it holds more.txt, notes, and known are these')
  })

  it('is refused where such a folder could be a split or a class', async () => {
    touch('a/1.png', 'a/2.png', 'b/1.png', 'b/2.png', 'test/a/1.png', 'test/a/2.png', 'test/b/1.png', 'test/b/2.png')
    expect(await refusal()).toBe(
      `${root} has a folder test with folders in it and none called train: move the classes to train on into a folder train, or test somewhere else.`,
    )
  })

  it('is refused without images', async () => {
    touch('train/a/notes.txt')
    mkdirSync(`${root}/val/a`, { recursive: true })
    expect(await refusal()).toMatch(/holds no images \(\.jpg, .*\): /)
    touch('train/1.png')
    expect(await refusal()).toContain('train holds an image in no folders of classes, and no table beside them')
  })

  it('is refused with a class that has none to train on', async () => {
    touch('train/a/1.png', 'val/a/1.png', 'train/b/1.png', 'val/only-here/1.png')
    expect(await refusal()).toBe(
      `The class "only-here" has 1 image in val (${root}/val) and none in train (${root}/train), so no network could learn it: add some to train, or take the class out of val.`,
    )
  })

  it.skipIf(process.getuid?.() === 0)('is refused where it may not be read', async () => {
    touch('train/a/1.png', 'val/a/1.png')
    chmodSync(`${root}/train/a`, 0)
    expect(await refusal()).toContain('cannot be read (EACCES)')
    chmodSync(`${root}/train/a`, 0o700)
  })
})

describe('a folder without a validation folder', () => {
  const make = () => {
    for (let i = 0; i < 40; i++) touch(`cats/${i}.png`, `dogs/deep/${i}.png`)
    for (let i = 0; i < 3; i++) touch(`rare/${i}.png`)
  }

  it('is split by class, each image to one side', async () => {
    make()
    const { classes, splits } = await readImageFolder(root)
    expect(classes).toEqual(['cats', 'dogs', 'rare'])
    const perClass = (labels: Int32Array) => classes.map((_, label) => labels.filter((other) => other === label).length)
    expect(perClass(splits.val.labels)).toEqual([10, 10, 1])
    expect(perClass(splits.train.labels)).toEqual([30, 30, 2])
    expect(new Set([...splits.train.paths, ...splits.val.paths]).size).toBe(83)
  })

  it('is split by the seed, and stays so when images are added', async () => {
    make()
    const held = async (seed: number) => (await readImageFolder(root, seed)).splits.val.paths
    const first = await held(1)
    expect(await held(1)).toEqual(first)
    expect(await held(2)).not.toEqual(first)
    touch('cats/new-1.png', 'cats/new-2.png')
    const others = (await held(1)).filter((path) => !path.includes('new'))
    expect(others.filter((path) => !first.includes(path)).length).toBeLessThanOrEqual(1)
  })

  it('may have a train folder', async () => {
    touch('train/a/1.png', 'train/a/2.png', 'notes/x.txt')
    const { splits } = await readImageFolder(root)
    expect([...splits.train.paths, ...splits.val.paths].sort()).toEqual(['train/a/1.png', 'train/a/2.png'])
    expect(splits.val.paths).toHaveLength(1)
  })

  it('trains on the only image of a class', async () => {
    touch('a/1.png', 'a/2.png', 'b/1.png')
    const { splits } = await readImageFolder(root)
    expect([...splits.train.paths, '|', ...splits.val.paths].slice(1)).toEqual([
      'b/1.png',
      '|',
      expect.stringMatching(/^a/),
    ])
  })
})
