import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import { splits } from '../../../shared/recipe/split.ts'
import { picture } from '../testing/image-files.ts'
import { listDataset } from '../image-index/open-index.ts'

/** Files by their paths: only their names matter here. */
function made(...paths: readonly string[]): string {
  const root = temporaryFolder()
  for (const path of paths) {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, 'x')
  }
  return root
}
const write = (root: string, name: string, content: string | Uint8Array) => {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), content)
}

const listed = (root: string) => listDataset({ root, cacheFolder: temporaryFolder() })
/** Two classes with two images each. */
const classes = (folder: string) =>
  ['cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png'].map((path) => `${folder}${path}`)
/** Where each split is and how many images it has. */
async function splitsOf(root: string) {
  const found = await listed(root)
  return splits.map((split) => {
    const { from, images } = found.splits[split]
    return from === undefined ? '' : `${from} ${images}`
  })
}

describe('splits are known by their names', () => {
  it.each([
    ['Training', 'Testing', ['Training 4', 'Testing 4', '']],
    ['train_images', 'val_images', ['train_images 4', 'val_images 4', '']],
    ['seg_train', 'seg_test', ['seg_train 4', 'seg_test 4', '']],
    ['train', 'dev', ['train 4', 'dev 4', '']],
    ['train', 'holdout', ['train 4', 'holdout 4', '']],
    ['train2017', 'val2017', ['train2017 4', 'val2017 4', '']],
    ['ILSVRC2012_img_train', 'ILSVRC2012_img_val', ['ILSVRC2012_img_train 4', 'ILSVRC2012_img_val 4', '']],
    ['TrainSet', 'TestSet', ['TrainSet 4', 'TestSet 4', '']],
    ['flowers-training', 'flowers-validation', ['flowers-training 4', 'flowers-validation 4', '']],
  ])('%s and %s', async (train, other, expected) => {
    expect(await splitsOf(made(...classes(`${train}/`), ...classes(`${other}/`)))).toEqual(expected)
  })

  it('three of them are kept, and others are named', async () => {
    const root = made(
      ...['train/', 'valid/', 'test/', 'extra/'].flatMap(classes),
      'notes/readme.txt',
      'train_small/cat/1.png',
    )
    const { leftOut } = await listed(root)
    expect(await splitsOf(root)).toEqual(['train 4', 'valid 4', 'test 4'])
    expect(leftOut).toEqual([
      { path: 'extra', reason: 'is none of the splits' },
      { path: 'notes', reason: 'holds no images' },
      { path: 'train_small', reason: 'is another folder for train' },
    ])
  })

  it('classes that are called so are classes', async () => {
    const root = made(
      'train_station/1.png',
      'train_station/2.png',
      'test_tube/1.png',
      'test_tube/2.png',
      'vehicles/train/1.png',
      'vehicles/bus/1.png',
    )
    expect((await listed(root)).classes).toEqual(['test_tube', 'train_station', 'vehicles'])
  })

  it('test serves as validation where there is none, and that is said', async () => {
    const { warnings } = await listed(made(...classes('train/'), ...classes('test/')))
    expect(warnings).toEqual(['There is no validation split, so test serves as one.'])
  })
})

describe('a folder too high', () => {
  it.each([
    [
      ['D/flowers/train/', 'D/flowers/val/'],
      ['D/flowers/train 4', 'D/flowers/val 4', ''],
    ],
    [
      ['images/train/', 'images/val/', 'images/test/'],
      ['images/train 4', 'images/val 4', 'images/test 4'],
    ],
    [
      ['seg_train/seg_train/', 'seg_test/seg_test/'],
      ['seg_train/seg_train 4', 'seg_test/seg_test 4', ''],
    ],
  ])('is looked below: %j', async (folders, expected) => {
    const root = made(...folders.flatMap(classes), 'labels/train/1.txt', 'readme.md')
    expect(await splitsOf(root)).toEqual(expected)
  })

  it('of classes too', async () => {
    const found = await listed(made(...classes('archive/raw-img/')))
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(found.warnings[0]).toBe('The dataset is the folder archive/raw-img in it.')
  })

  it('with several datasets in it is refused by their names', async () => {
    const root = made(...['birds/train/', 'birds/val/', 'flowers/train/', 'flowers/val/'].flatMap(classes))
    await expect(listed(root)).rejects.toThrow(
      `${root} holds 2 datasets, each with a folder to train on (birds, flowers): name one of them.`,
    )
  })
})

describe('images in no folder of a class', () => {
  it('are left out of test, which nobody has labelled', async () => {
    const found = await listed(made(...classes('train/'), 'test/1.png', 'test/2.png'))
    expect(found.leftOut).toEqual([{ path: 'test', reason: 'its 2 images have no labels' }])
    expect(found.splits.val.images).toBe(2)
    expect(found.heldOut).toBeDefined()
  })

  it.each([
    [['train/cat.0.jpg', 'train/dog.0.jpg'], 'train holds 2 images in no folders of classes'],
    [[...classes('train/'), 'val/1.jpg'], 'val holds an image in no folders of classes'],
  ])('of %j are refused in a sentence', async (paths, sentence) => {
    await expect(listed(made(...paths))).rejects.toThrow(sentence)
  })

  it("are read with tiny-imagenet's table", async () => {
    const root = made(
      'train/n01/images/n01_0.JPEG',
      'train/n02/images/n02_0.JPEG',
      'val/images/val_0.JPEG',
      'val/images/val_1.JPEG',
      'test/images/test_0.JPEG',
    )
    write(root, 'train/n01/n01_boxes.txt', 'n01_0.JPEG\t0\t10\t63\t58\n')
    write(root, 'val/val_annotations.txt', 'val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t52\t55\t57\t59\n')
    const { classes, splits, leftOut, warnings } = await listed(root)
    expect(classes).toEqual(['n01', 'n02'])
    expect(splits.val).toEqual({ from: 'val/images', images: 2, perClass: [1, 1] })
    expect(leftOut).toEqual([{ path: 'test/images', reason: 'its image has no label' }])
    expect(warnings).toContain('The labels of val/images are from val/val_annotations.txt.')
  })

  it("are read with GTSRB's table", async () => {
    const root = made('Train/0/a.png', 'Train/16/b.png', 'Test/00000.png', 'Test/00001.png', 'Meta/0.png')
    write(
      root,
      'Test.csv',
      'Width,Height,Roi.X1,Roi.Y1,Roi.X2,Roi.Y2,ClassId,Path\n53,54,0,0,48,49,16,Test/00000.png\n42,45,0,5,36,40,0,Test/00001.png\n',
    )
    const { classes, splits, leftOut } = await listed(root)
    expect(classes).toEqual(['0', '16'])
    expect(splits.val).toEqual({ from: 'Test', images: 2, perClass: [1, 1] })
    expect(leftOut).toEqual([{ path: 'Meta', reason: 'is none of the splits' }])
  })

  it('are read with a table whose files lack their ending, to train on too', async () => {
    const root = made('train/1a.jpg', 'train/2b.jpg', 'train/3c.jpg', 'train/4d.jpg', 'train/5e.jpg')
    write(root, 'train_labels.csv', 'id,breed\n1a,corgi\n2b,pug\n3c,corgi\n4d,pug\n')
    const { classes, splits, passedOver } = await listed(root)
    expect([classes, splits.train.images + splits.val.images]).toEqual([['corgi', 'pug'], 4])
    expect(passedOver).toContainEqual({
      what: '.jpg',
      reason: 'not in train_labels.csv',
      files: 1,
      first: 'train/5e.jpg',
    })
  })
})

describe('what is passed over', () => {
  it('is counted by ending and reason', async () => {
    const root = made(
      ...classes('train/'),
      ...classes('val/'),
      'train/cat/a.txt',
      'train/cat/b.txt',
      'train/dog/._1.png',
    )
    write(root, 'train/cat/.ipynb_checkpoints/1-checkpoint.png', 'x')
    write(root, 'train/cat/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg', 'x')
    write(root, 'train/dog/IMG.HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'))
    write(root, 'train/dog/cell.jxl', Buffer.from('\xFF\x0A', 'latin1'))
    write(root, 'train/loose.png', 'x')
    write(root, 'train/dog/Thumbs.db', 'x')
    const { passedOver, splits } = await listed(root)
    expect(splits.train.images).toBe(4)
    expect(passedOver).toEqual([
      { what: '.txt', reason: 'no image', files: 2, first: 'train/cat/a.txt' },
      { what: 'folders', reason: 'hidden', files: 1, first: 'train/cat/.ipynb_checkpoints' },
      { what: 'folders', reason: "the system's", files: 1, first: 'train/cat/@eaDir' },
      { what: '.png', reason: 'hidden', files: 1, first: 'train/dog/._1.png' },
      { what: '.heic', reason: 'HEIC, which is not read', files: 1, first: 'train/dog/IMG.HEIC' },
      { what: '.db', reason: "the system's", files: 1, first: 'train/dog/Thumbs.db' },
      { what: '.jxl', reason: 'JPEG XL, which is not read', files: 1, first: 'train/dog/cell.jxl' },
      { what: '.png', reason: 'in no folder of a class', files: 1, first: 'train/loose.png' },
    ])
  })

  it('is not what is an image by its content, whatever it is called', async () => {
    const root = made(...classes('train/'), ...classes('val/'))
    const jpeg = await picture(1, 8, 8).jpeg().toBuffer()
    for (const name of ['a.jfif', 'b.jpe', 'c', 'd.HEIC', 'e.jpg_large', 'f.image'])
      write(root, `train/cat/${name}`, jpeg)
    const { splits, passedOver } = await listed(root)
    expect([splits.train.perClass, passedOver]).toEqual([[8, 2], []])
  })

  it('a folder without images is no class, and one alone is warned of', async () => {
    const root = made('train/cat/1.png', 'train/cat/2.png', 'train/dog/notes.txt')
    const { classes, leftOut, warnings } = await listed(root)
    expect([classes, leftOut]).toEqual([['cat'], [{ path: 'train/dog', reason: 'holds no images' }]])
    expect(warnings).toEqual([
      'There is only one class, "cat": every answer is right, so a loss of 0 and 100 % from the first step say nothing; check that the path leads to the folder of the classes.',
    ])
  })
})

describe('names', () => {
  it('that are no UTF-8 are read and shown with their bytes', async () => {
    const root = made(...classes('val/'))
    for (const [folder, name] of [
      ['cat', 'caf\xE9.png'],
      ['cat', 'plain.png'],
      ['dog', '\xFF.png'],
    ]) {
      mkdirSync(`${root}/train/${folder}`, { recursive: true })
      writeFileSync(Buffer.from(`${root}/train/${folder}/${name}`, 'latin1'), 'x')
    }
    mkdirSync(Buffer.from(`${root}/train/na\xEFve`, 'latin1'))
    writeFileSync(Buffer.from(`${root}/train/na\xEFve/1.png`, 'latin1'), 'x')
    mkdirSync(Buffer.from(`${root}/train/na\xEEve`, 'latin1'))
    writeFileSync(Buffer.from(`${root}/train/na\xEEve/1.png`, 'latin1'), 'x')
    const { classes: found, splits } = await listed(root)
    expect(found).toEqual(['cat', 'dog', 'na\\xEEve', 'na\\xEFve'])
    expect(splits.train.perClass).toEqual([2, 1, 1, 1])
  })

  it('that differ in the form of their Unicode alone are one', async () => {
    const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301']
    const root = made(
      `train/${composed}/1.png`,
      `train/tea/1.png`,
      `val/${decomposed}/1.png`,
      `train/${decomposed}/2.png`,
    )
    const { classes: found, splits } = await listed(root)
    expect(found).toEqual([composed, 'tea'])
    expect([splits.train.perClass, splits.val.perClass]).toEqual([
      [2, 1],
      [1, 0],
    ])
  })
})

describe('classes', () => {
  it('need no validation images, and may have a single one to train on', async () => {
    const { warnings } = await listed(made(...classes('train/'), 'train/owl/1.png', 'val/cat/1.png'))
    expect(warnings).toEqual([
      'The class "owl" has a single training image.',
      '2 classes "dog", "owl" have no validation images: they are trained on and not measured.',
    ])
  })
})
