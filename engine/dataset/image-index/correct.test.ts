import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import type { Correction } from '../../../shared/run-folder/corrections.ts'
import { putImage } from '../testing/image-files.ts'
import { fingerprint } from './fingerprint.ts'
import { openForEvaluation } from './open-evaluation.ts'
import { openIndex } from './open-index.ts'

let root: string
let cache: string
beforeEach(async () => {
  root = temporaryFolder()
  cache = temporaryFolder()
  for (const split of ['train', 'val'])
    for (const name of ['cat', 'dog'])
      for (const i of [1, 2, 3]) await putImage(`${root}/${split}/${name}/${i}.png`, i, 8, 8)
})

const open = (...corrections: Correction[]) => openIndex(root, cache, { corrections: { format: 1, corrections } })
const toDog = (path: string, given = 'cat'): Correction => ({ path, given, decision: 'label', label: 'dog' })
const out = (path: string, given = 'cat'): Correction => ({ path, given, decision: 'exclude' })

describe('corrections', () => {
  it('change labels and leave images out, of both splits, and the fingerprint with them', async () => {
    const plain = await openIndex(root, cache)
    const index = await open(toDog('train/cat/1.png'), out('train/dog/2.png', 'dog'), out('val/cat/3.png'))
    const listed = ({ paths, labels }: typeof index.splits.train) => [...paths].map((path, row) => [path, labels[row]])
    expect(listed(index.splits.train)).toEqual([
      ['train/cat/1.png', 1],
      ['train/cat/2.png', 0],
      ['train/cat/3.png', 0],
      ['train/dog/1.png', 1],
      ['train/dog/3.png', 1],
    ])
    expect(index.splits.val.count).toBe(5)
    expect(index.warnings).toContain('Corrections: 1 label is changed and 2 images are left out.')
    const prints = [plain, index, await open(toDog('train/cat/1.png')), await open(out('train/cat/1.png'))]
    expect(new Set(prints.map(({ splits }) => fingerprint(splits))).size).toBe(4)
  })

  it('leave the images alone where a label is right or nothing is decided', async () => {
    const plain = await openIndex(root, cache)
    const index = await open(
      { path: 'train/cat/1.png', given: 'cat', decision: 'right' },
      { path: 'train/cat/2.png', given: 'cat', decision: 'undecided' },
    )
    expect(fingerprint(index.splits)).toBe(fingerprint(plain.splits))
  })

  it('that were made against another label or of an image that is gone are not applied, and named', async () => {
    const gone = [1, 2, 3, 4].map((i) => out(`train/cat/gone-${i}.png`))
    const index = await open(toDog('train/cat/1.png', 'owl'), out('train/dog/1.png', 'cat'), ...gone)
    expect(index.splits.train.count).toBe(6)
    expect(index.warnings).toEqual(
      expect.arrayContaining([
        'Corrections: 0 labels are changed and 0 images are left out.',
        '2 corrections are not applied, since the image has another label than the one that was decided of: train/cat/1.png (decided of owl, and now cat), train/dog/1.png (decided of cat, and now dog).',
        '4 corrections are not applied, since there is no such image: train/cat/gone-1.png, train/cat/gone-2.png, train/cat/gone-3.png, ....',
      ]),
    )
  })

  it('to a class that is not there, and two of one image, are refused', async () => {
    const owl: Correction = { path: 'train/cat/1.png', given: 'cat', decision: 'label', label: 'owl' }
    await expect(open(owl)).rejects.toThrow(`give train/cat/1.png the class "owl", which ${root} does not have`)
    await expect(open(out('a.png'), toDog('a.png'))).rejects.toThrow('two decisions of a.png')
  })

  it('that leave a class without training images are refused by its name', async () => {
    const all = [1, 2, 3].map((i) => out(`train/cat/${i}.png`))
    await expect(open(...all)).rejects.toThrow('The class "cat" has no readable images')
  })

  it('move no other image to another split where a share is held out', async () => {
    const flat = temporaryFolder()
    for (const name of ['cat', 'dog']) for (let i = 0; i < 10; i++) await putImage(`${flat}/${name}/${i}.png`, i, 8, 8)
    const split = { validationShare: 0.3, splitSeed: 1 }
    const before = await openIndex(flat, cache, { split })
    const corrections = [...before.splits.train.paths].filter((path) => path.startsWith('cat')).slice(0, 4)
    const after = await openIndex(flat, cache, {
      split,
      corrections: { format: 1, corrections: corrections.map((path) => toDog(path)) },
    })
    expect([...after.splits.val.paths]).toEqual([...before.splits.val.paths])
  })

  it('hold in evaluation too', async () => {
    const { index, notes } = await openForEvaluation(
      { root, cacheFolder: cache },
      {
        classes: ['dog', 'cat'],
        corrections: { format: 1, corrections: [toDog('val/cat/1.png'), out('val/dog/1.png', 'dog')] },
      },
    )
    expect([...index.paths].map((path, row) => [path, index.labels[row]])).toEqual([
      ['val/cat/1.png', 0],
      ['val/cat/2.png', 1],
      ['val/cat/3.png', 1],
      ['val/dog/2.png', 0],
      ['val/dog/3.png', 0],
    ])
    expect(notes).toContain('Corrections: 1 label is changed and 1 image is left out.')
  })
})
