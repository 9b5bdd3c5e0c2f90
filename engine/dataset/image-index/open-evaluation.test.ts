import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import { CheckpointError, DatasetError } from '../../../shared/errors.ts'
import { put, putImage } from '../testing/image-files.ts'
import { openForEvaluation, type EvaluationOptions } from './open-evaluation.ts'

let root: string
beforeEach(() => (root = temporaryFolder()))

const images = async (...paths: readonly string[]) => {
  for (const [i, path] of paths.entries()) await putImage(`${root}/${path}`, i, 8, 8)
}
const open = async (options: EvaluationOptions) => {
  const { part, index, unknown, notes } = await openForEvaluation({ root, cacheFolder: temporaryFolder() }, options)
  return {
    part,
    unknown,
    notes,
    images: [...index.paths].map((path, row) => `${path} ${options.classes[index.labels[row]!]}`),
  }
}

describe('images for a network that was trained on others', () => {
  it('are all of a plain folder, by the names of their classes', async () => {
    await images('dog/1.png', 'dog/2.png', 'cat/1.png')
    // The network has them in another order, and one more.
    expect(await open({ classes: ['owl', 'dog', 'cat'] })).toEqual({
      part: 'all',
      unknown: 0,
      notes: ["1 of the network's 3 classes have no image here."],
      images: ['cat/1.png cat', 'dog/1.png dog', 'dog/2.png dog'],
    })
  })

  it('may be numbers that sort otherwise', async () => {
    await images('10/1.png', '2/1.png', '1/1.png')
    const found = await open({ classes: ['1', '2', '10'] })
    expect(found.images).toEqual(['1/1.png 1', '10/1.png 10', '2/1.png 2'])
  })

  it('are of the split that is asked for, val without', async () => {
    await images('train/cat/1.png', 'val/cat/2.png', 'val/dog/2.png', 'test/dog/3.png')
    const classes = ['cat', 'dog']
    expect((await open({ classes })).images).toEqual(['val/cat/2.png cat', 'val/dog/2.png dog'])
    expect((await open({ classes, split: 'test' })).images).toEqual(['test/dog/3.png dog'])
    expect((await open({ classes, split: 'train' })).images).toEqual(['train/cat/1.png cat'])
  })

  it('of a class that the network does not know are refused by its name, where they would be measured', async () => {
    await images('train/cat/1.png', 'train/owl/1.png', 'val/cat/2.png', 'test/emu/1.png', 'test/emu/2.png')
    expect((await open({ classes: ['cat'] })).images).toEqual(['val/cat/2.png cat'])
    const refused = open({ classes: ['cat'], split: 'test' })
    await expect(refused).rejects.toThrow(CheckpointError)
    await expect(refused).rejects.toThrow(
      '2 images are of a class that the network, which tells 1 apart, does not know: "emu" (2); leave them out with --leave-out-unknown',
    )
  })

  it('of classes that the network does not know are left out where that is wanted, and told', async () => {
    await images('cat/1.png', 'owl/1.png', 'emu/1.png', 'emu/2.png')
    await expect(open({ classes: ['cat'] })).rejects.toThrow(
      '3 images are of 2 classes that the network, which tells 1 apart, does not know: "emu" (2), "owl" (1);',
    )
    const wanted = { classes: ['cat'], leaveOutUnknown: true }
    expect(await open(wanted)).toEqual({
      part: 'all',
      unknown: 3,
      notes: ['3 images are left out, since the network does not know their class: "emu" (2), "owl" (1).'],
      images: ['cat/1.png cat'],
    })
    await expect(open({ ...wanted, classes: ['dog'] })).rejects.toThrow(
      'is of a class that the network knows, only of "cat" (1), "emu" (2), "owl" (1)',
    )
  })

  it('of many unknown classes are named in part', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `unknown-${String(i).padStart(2, '0')}`)
    await images('cat/1.png', ...names.map((name) => `${name}/1.png`))
    const { notes } = await open({ classes: ['cat'], leaveOutUnknown: true })
    expect(notes).toEqual([expect.stringMatching(/^12 images .* "unknown-09" \(1\), \.\.\.\.$/)])
  })

  it('of its own dataset are held out as they were', async () => {
    await images(...Array.from({ length: 8 }, (_, i) => `cat/${i}.png`))
    const holdOut = { validationShare: 0.25, splitSeed: 1 }
    const found = await open({ classes: ['cat'], holdOut })
    expect([found.part, found.images.length]).toEqual(['val', 2])
  })

  it('that cannot be read are told, and refused where they are many or there are none', async () => {
    await images(...Array.from({ length: 30 }, (_, i) => `cat/${i}.png`))
    put(`${root}/cat/odd.png`, 'text')
    expect((await open({ classes: ['cat'] })).notes).toEqual([
      '1 image cannot be read and is left out: cat/odd.png (not a JPEG, PNG, BMP, GIF, WebP, TIFF or PNM image).',
    ])
    put(`${root}/cat/odd-2.png`, 'text')
    await expect(open({ classes: ['cat'] })).rejects.toThrow(DatasetError)
    await expect(open({ classes: ['cat'], split: 'val' })).rejects.toThrow(
      'has no splits: leave --split out, and all its images are evaluated.',
    )
  })

  it('of a split that is not there are refused', async () => {
    await images('train/cat/1.png', 'val/cat/2.png')
    await expect(open({ classes: ['cat'], split: 'test' })).rejects.toThrow('has no test images: choose another split')
  })
})
