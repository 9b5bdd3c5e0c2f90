import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import { listDataset } from '../image-index/open-index.ts'
import { example, tfRecords } from '../testing/containers.ts'

/** Files by their paths, some with their content: of images only the names matter here. */
function made(...files: readonly (string | readonly [path: string, content: string | Uint8Array])[]): string {
  const root = temporaryFolder()
  for (const [path, content] of files.map((file) => (typeof file === 'string' ? ([file, 'x'] as const) : file))) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return root
}

const listed = (root: string) => listDataset({ root, cacheFolder: temporaryFolder() })
/** Three images of each class. */
const images = (folder: string, ...classes: readonly string[]) =>
  classes.flatMap((name) => [1, 2, 3].map((image) => `${folder}${name}/${image}.png`))

describe('a copy of the classes in a folder beside them is left out', () => {
  it.each([
    ['brain_tumor_dataset', ['yes', 'no']],
    ['PlantVillage', ['Pepper', 'Potato', 'Tomato']],
  ])('%s', async (copy, classes) => {
    const found = await listed(made(...images('', ...classes), ...images(`${copy}/`, ...classes)))
    expect(found.classes).toEqual(classes.toSorted())
    expect(found.passedOver).toEqual([
      { what: 'folders', reason: 'holds folders called as the classes beside it', files: 1, first: copy },
    ])
  })

  it('but folders that are called otherwise are not', async () => {
    const found = await listed(made(...images('', 'yes', 'no'), ...images('maybe/', 'yes', 'perhaps')))
    expect(found.classes).toEqual(['maybe', 'no', 'yes'])
  })
})

describe('masks and other notes beside the images are no classes', () => {
  it('of CUB-200 with its segmentations', async () => {
    const found = await listed(
      made(...images('images/', '001.A', '002.B'), ...images('segmentations/', '001.A', '002.B')),
    )
    expect(found.classes).toEqual(['001.A', '002.B'])
    expect(found.leftOut).toEqual([{ path: 'segmentations', reason: 'is none of the splits' }])
  })

  it('within each class, as in COVID-19 Radiography', async () => {
    const parts = ['COVID/images/', 'COVID/masks/', 'Normal/images/', 'Normal/masks/']
    const found = await listed(made(...parts.flatMap((part) => [1, 2, 3].map((image) => `${part}${image}.png`))))
    expect(found.splits.train.images + found.splits.val.images).toBe(6)
    expect(found.passedOver).toEqual([
      { what: 'folders', reason: 'beside the folder of the images', files: 2, first: 'COVID/masks' },
    ])
    expect(found.warnings).toEqual([])
  })

  it('but are classes where no folder of images lies beside them', async () => {
    expect((await listed(made(...images('', 'masks', 'labels')))).classes).toEqual(['labels', 'masks'])
  })
})

describe('several datasets side by side are refused, however deep', () => {
  it.each([
    [['fruits/fruits/Training/', 'fruits/fruits/Test/', 'original/original/Training/', 'original/original/Test/']],
    [['A/A/train/', 'A/A/valid/', 'a/A/train/', 'a/A/valid/', 'test/test/']],
  ])('%j', async (folders) => {
    const root = made(...folders.flatMap((folder) => images(folder, 'cat', 'dog')))
    await expect(listed(root)).rejects.toThrow('holds 2 datasets, each with a folder to train on')
  })

  it('but labels of the same splits are none', async () => {
    const folders = ['images/train/', 'images/val/'].flatMap((folder) => images(folder, 'cat', 'dog'))
    const found = await listed(made(...folders, 'labels/train/1.txt', 'labels/val/1.txt'))
    expect(found.splits.val).toMatchObject({ from: 'images/val', images: 6 })
    expect(found.leftOut).toEqual([{ path: 'labels', reason: 'holds no images' }])
  })

  it('splits within the classes are told as such', async () => {
    const root = made('cat/train/1.png', 'cat/val/1.png', 'dog/train/1.png', 'dog/val/1.png')
    await expect(listed(root)).rejects.toThrow(
      `${root} has the splits within the classes (cat/train): move the images to train/cat and so on.`,
    )
  })
})

describe('classes that are none are told', () => {
  const versions = ['color', 'grayscale', 'segmented']
  it('versions of a dataset, as in PlantVillage', async () => {
    const root = made(...versions.flatMap((version) => images(`${version}/`, 'scab', 'healthy')))
    expect((await listed(root)).warnings).toEqual([
      '18 images lie in folders within that of the class, and count as the class: color/healthy/1.png as "color".',
      'All classes have folders of the same names (healthy, scab): if these are the classes, name one of the folders that hold them, such as color.',
    ])
  })

  it('a level of groups above the classes, as in Places365', async () => {
    const root = made(...images('train/a/', 'abbey', 'airport'), ...images('train/b/', 'bar'))
    expect((await listed(root)).warnings).toEqual([
      '9 images lie in folders within that of the class, and count as the class: train/a/abbey/1.png as "a".',
    ])
  })

  it.each([
    [['HAM10000_images_part_1', 'HAM10000_images_part_2']],
    [['images_001', 'images_002']],
    [['fold1', 'fold2']],
  ])('parts of one set: %j', async (parts) => {
    expect((await listed(made(...images('', ...parts)))).warnings).toEqual([
      `The folders ${parts.join(', ')} are taken for classes, and are called as parts of one set: if they are that, name the images with their labels in a manifest.`,
    ])
  })

  it('but numbers of kinds are classes', async () => {
    expect((await listed(made(...images('', 'class_1', 'class_2', '0', 'Apple 3')))).warnings).toEqual([])
  })

  it.each([
    [['cat', 'Cat'], 'The classes "Cat", "cat" differ'],
    [['dog', 'dog '], 'The classes "dog", "dog " differ'],
    [['n 1', 'n_1', '1', '01'], 'The classes "01", "1" differ'],
  ])('names that differ in little: %j', async (classes, says) => {
    const { warnings, ...found } = await listed(made(...images('', ...classes)))
    expect(found.classes).toHaveLength(classes.length)
    expect(warnings[0]).toContain(says)
  })
})

describe('folders that are called train and test', () => {
  it('train is a class beside others that hold images themselves', async () => {
    const found = await listed(made(...images('', 'bus', 'car', 'train')))
    expect(found.classes).toEqual(['bus', 'car', 'train'])
  })

  it('but images to train on beside one more folder are not', async () => {
    await expect(listed(made('train/cat.1.png', 'test1/1.png', 'more/1.png'))).rejects.toThrow(
      'train holds an image in no folders of classes',
    )
  })

  it('trainval, as of Pascal VOC, is trained on', async () => {
    for (const train of ['trainval', 'train_val']) {
      const { splits } = await listed(made(...images(`${train}/`, 'cat', 'dog'), ...images('test/', 'cat', 'dog')))
      expect([splits.train.from, splits.val.from]).toEqual([train, 'test'])
    }
  })

  it('test images in a folder of the same name have no labels', async () => {
    const root = made(...images('asl_train/asl_train/', 'A', 'B'), 'asl_test/asl_test/A.png', 'asl_test/asl_test/B.png')
    const { leftOut } = await listed(root)
    expect(leftOut).toEqual([{ path: 'asl_test/asl_test', reason: 'its 2 images have no labels' }])
  })

  it('images of detection are not a class called images', async () => {
    const root = made('train/images/1.png', 'train/labels/1.txt', 'valid/images/1.png', 'valid/labels/1.txt')
    await expect(listed(root)).rejects.toThrow('train/images holds an image in no folders of classes')
  })
})

describe('what lies beside the folder of the images is named', () => {
  it('Caltech-101', async () => {
    const root = made(...images('101_ObjectCategories/', 'BACKGROUND_Google', 'ant'), 'Annotations/ant/1.mat')
    expect((await listed(root)).leftOut).toEqual([{ path: 'Annotations', reason: 'holds no images' }])
  })

  it.each([
    ['CUB-200', 'train_test_split.txt', [], 'train_test_split.txt looks like a list of splits, which is not read'],
    ['Food-101', 'meta/train.txt', ['meta/test.txt'], 'meta/train.txt and meta/test.txt look like lists of splits'],
    [
      'DTD',
      'labels/train1.txt',
      ['labels/val1.txt'],
      'labels/train1.txt and labels/val1.txt look like lists of splits',
    ],
    [
      'Stanford Dogs',
      'train_list.mat',
      ['test_list.mat'],
      'train_list.mat and test_list.mat look like lists of splits',
    ],
  ])('lists of splits: %s', async (_, list, others, says) => {
    const { warnings } = await listed(made(...images('images/', 'a', 'b'), list, ...others))
    expect(warnings.find((warning) => warning.includes('of splits'))).toContain(says)
  })

  it('but other texts are no such lists', async () => {
    const { warnings } = await listed(made(...images('images/', 'a', 'b'), 'readme.txt', 'train.txt', 'classes.txt'))
    expect(warnings).toEqual(['The dataset is the folder images in it.'])
  })
})

describe('a table of labels beside the images', () => {
  it.each([
    [
      'Dog Breed',
      ['train/a1.jpg', 'train/b2.jpg', 'test/c3.jpg'],
      'labels.csv',
      'id,breed\na1,pug\nb2,corgi\n',
      'train',
      'breed',
    ],
    [
      'images alone',
      ['images/1.jpg', 'images/2.jpg'],
      'labels.csv',
      'filename,label\n1.jpg,pug\n2.jpg,corgi\n',
      'images',
      'label',
    ],
  ])('need not name a split: %s', async (_, files, file, table, folder, column) => {
    const found = await listed(made(...files, [file, table]))
    expect(found.classes).toEqual(['corgi', 'pug'])
    expect(found.warnings).toContain(`The labels of ${folder} are from ${file}, column "${column}".`)
  })

  it("of Kaggle's ImageNet lies further up, and has boxes behind the classes", async () => {
    const place = 'ILSVRC/Data/CLS-LOC'
    const val = [1, 2, 3].map((i) => `${place}/val/ILSVRC2012_val_${i}.JPEG`)
    const rows = ['2,n01 1 2 3 4', '1,n02 5 6 7 8 n02 1 1 9 9', '3,n02 1 1 2 2'].map((row) => `ILSVRC2012_val_${row}`)
    const table = ['LOC_val_solution.csv', `ImageId,PredictionString\n${rows.join('\n')}\n`] as const
    const found = await listed(made(...images(`${place}/train/`, 'n01', 'n02'), ...val, table))
    expect(found.splits.val).toEqual({ from: `${place}/val`, images: 3, perClass: [1, 2] })
    expect(found.warnings).toContain(`The labels of ${place}/val are from LOC_val_solution.csv.`)
  })

  it('of all splits tells of each what it says with its folder', async () => {
    const table = 'file,label\ntrain/1.jpg,pug\ntrain/2.jpg,corgi\ntest/1.jpg,corgi\ntest/2.jpg,pug\n'
    const files = ['train/1.jpg', 'train/2.jpg', 'test/1.jpg', 'test/2.jpg']
    const { splits } = await listed(made(...files, ['data.csv', table]))
    expect([splits.train.perClass, splits.val.perClass]).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  it.each([
    ['labels.csv', 'id,label\n1,pug\n2,corgi\n'],
    ['sample_submission.csv', 'id,label\n1,pug\n2,pug\n'],
  ])('%s does not tell of test images that are called as those of train', async (name, table) => {
    const train = ['trainLabels.csv', 'id,label\n1,pug\n2,corgi\n'] as const
    const found = await listed(made('train/1.png', 'train/2.png', 'test/1.png', 'test/2.png', train, [name, table]))
    expect(found.leftOut).toEqual([{ path: 'test', reason: 'its 2 images have no labels' }])
  })
})

describe('what is often tried is refused with what to do', () => {
  it.each([
    [
      ['data_batch_1', 'test_batch', 'batches.meta'],
      "is CIFAR in Python's form, which is not read: fetch the binary one",
    ],
    [['train', 'test', 'meta'], "is CIFAR in Python's form"],
    [['train_32x32.mat'], 'holds arrays or tables of images, which are not read'],
    [['mnist.npz'], 'holds arrays or tables of images, which are not read'],
    [['flowers.tgz'], 'holds archives: unpack them (flowers.tgz).'],
    [['1.jpg', '2.jpg'], 'holds images in no folders of classes: sort them into <class>/<image>'],
  ])('%j', async (names, says) => {
    await expect(listed(made(...names))).rejects.toThrow(says)
  })

  it('the only folder in it is named where that is a dataset, as of TensorFlow Datasets', async () => {
    const records = tfRecords([example(Buffer.from('x'), 1)])
    const root = made(['flowers/1.0.0/flowers-train.tfrecord-00000-of-00001', records])
    await expect(listed(root)).rejects.toThrow(
      `${root} is no dataset, but ${root}/flowers/1.0.0 in it is (TFRecord): name that folder.`,
    )
  })
})

it('what systems and network disks put there is neither a class nor an image', async () => {
  const theirs = ['@tmp', '__pycache__', 'found.000', 'FOUND.017', 'Temporary Items', '@sharebin', '#snapshot']
  const root = made(...images('train/', 'a', 'b'), ...theirs.flatMap((name) => images('train/', name, `a/${name}`)))
  const { classes, splits, passedOver } = await listed(root)
  expect([classes, splits.train.images + splits.val.images]).toEqual([['a', 'b'], 6])
  expect(passedOver).toEqual([
    { what: 'folders', reason: "the system's", files: 2 * theirs.length, first: 'train/#snapshot' },
  ])
})

describe('a link that leads nowhere', () => {
  const linked = (root: string, name: string) => symlinkSync('/nowhere/to/be/found', join(root, name))

  it.each(['val', 'test', 'Validation'])('is refused where it is called as a split: %s', async (name) => {
    const root = made(...images('train/', 'a', 'b'))
    linked(root, name)
    await expect(listed(root)).rejects.toThrow(`${root}/${name} is a link that leads nowhere: correct it`)
  })

  it('is named beside splits, and beside classes', async () => {
    const root = made(...images('train/', 'a', 'b'))
    linked(root, 'more')
    linked(root, 'train/c')
    const { leftOut, passedOver } = await listed(root)
    expect(leftOut).toEqual([{ path: 'more', reason: 'is a link that leads nowhere' }])
    expect(passedOver).toEqual([
      { what: 'no ending', reason: 'is a link that leads nowhere', files: 1, first: 'train/c' },
    ])
  })

  it('is told as an image that is not there where it is called like one', async () => {
    const root = made(...images('', 'a', 'b'))
    linked(root, 'a/4.png')
    expect((await listed(root)).warnings).toEqual([
      '1 of the 7 images cannot be read and will be left out, first a/4.png (no file lies there).',
    ])
  })
})
