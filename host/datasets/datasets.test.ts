import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { DatasetError, StorageError, UsageError } from '../../shared/errors.ts'
import { Datasets, suggestName } from './datasets.ts'
import { Home } from '../machine/home.ts'

function open() {
  const folder = temporaryFolder()
  const pictures = join(folder, 'pictures')
  mkdirSync(pictures)
  const home = new Home(join(folder, 'home'))
  return { folder, home, pictures, datasets: new Datasets(home) }
}

describe('datasets', () => {
  it('begin with the bundled one, whose folder is there', async () => {
    const { datasets, folder } = open()
    expect(datasets.list()).toMatchObject([{ name: 'fashion-mnist-mini', bundled: true }])
    expect(readdirSync((await datasets.resolve('fashion-mnist-mini')).root)).toContain('train')
    expect(readdirSync(folder)).toEqual(['pictures'])
  })

  it('are added by an absolute path, found by name, and removed without their images', async () => {
    const { datasets, home, pictures } = open()
    await datasets.add('birds', join(pictures, '..', 'pictures'))
    expect(JSON.parse(readFileSync(home.datasetsFile, 'utf8'))).toEqual({ format: 1, datasets: { birds: pictures } })
    expect(await new Datasets(home).resolve('birds')).toEqual({ name: 'birds', root: pictures })
    await datasets.remove('birds')
    expect(datasets.list().map(({ name }) => name)).toEqual(['fashion-mnist-mini'])
    expect(readdirSync(join(pictures, '..'))).toContain('pictures')
  })

  it('are also found by the path of a folder', async () => {
    const { datasets, pictures } = open()
    expect(await datasets.resolve(pictures + '/')).toEqual({ name: 'pictures', root: pictures })
    // A file of the folder that somebody works in, too: a name without a slash.
    expect(await datasets.resolve('package.json')).toMatchObject({ root: join(process.cwd(), 'package.json') })
  })
})

it('a name is suggested from the folder, or the file without its extension', async () => {
  const { folder } = open()
  mkdirSync(join(folder, 'my photos.v2'))
  writeFileSync(join(folder, 'birds.csv'), '')
  expect(await suggestName(join(folder, 'my photos.v2'))).toBe('my-photos.v2')
  expect(await suggestName(join(folder, 'birds.csv'))).toBe('birds')
  expect(await suggestName('/')).toBe('dataset')
})

describe('what is refused', () => {
  it.each(['', '../x', 'a/b', '-x', 'a b', 'x'.repeat(65)])('the name %j', async (name) => {
    const { datasets, pictures } = open()
    await expect(datasets.add(name, pictures)).rejects.toThrow(UsageError)
  })

  it('a name that is taken, also that of the bundled one', async () => {
    const { datasets, pictures } = open()
    await datasets.add('birds', pictures)
    await expect(datasets.add('birds', pictures)).rejects.toThrow(
      new UsageError(`There is already a dataset birds (${pictures}); choose another name or remove it first.`),
    )
    await expect(datasets.add('fashion-mnist-mini', pictures)).rejects.toThrow(/; choose another name\.$/)
    await expect(datasets.remove('fashion-mnist-mini')).rejects.toThrow(UsageError)
  })

  it('a folder that is not there', async () => {
    const { datasets, folder } = open()
    writeFileSync(join(folder, 'file'), '')
    await expect(datasets.add('a', join(folder, 'none'))).rejects.toThrow(
      new DatasetError(`The dataset's folder ${join(folder, 'none')} does not exist; check the path.`),
    )
    await expect(datasets.resolve(join(folder, 'file', 'deeper'))).rejects.toThrow(DatasetError)
    await expect(datasets.add('a', '/x\0y')).rejects.toThrow(
      new DatasetError(String.raw`"/x\u0000y" is no path: it holds the character NUL.`),
    )
    symlinkSync('loop', join(folder, 'loop'))
    await expect(datasets.add('a', join(folder, 'loop'))).rejects.toThrow(
      /loop cannot be read \(ELOOP\); check the path/,
    )
    await expect(datasets.add('a', 'x'.repeat(5000))).rejects.toThrow(/cannot be read \(ENAMETOOLONG\); check the path/)
  })

  it('an unknown name, with the nearest', async () => {
    const { datasets } = open()
    await expect(datasets.resolve('fashion-mnist')).rejects.toThrow(
      new DatasetError('There is no dataset fashion-mnist; did you mean fashion-mnist-mini?'),
    )
    await expect(datasets.resolve('toString')).rejects.toThrow(DatasetError)
    await expect(datasets.resolve('')).rejects.toThrow(/name one with --dataset/)
  })

  it.each(['{', '[]', '{"format":1,"datasets":{"a":1}}', '{"format":0,"datasets":{}}'])(
    'a damaged list: %s',
    (content) => {
      const { datasets, home } = open()
      home.ensure('root')
      writeFileSync(home.datasetsFile, content)
      expect(() => datasets.list()).toThrow(StorageError)
      expect(() => datasets.list()).toThrow(/datasets\.json is damaged .*; mend it, or delete it/)
    },
  )

  it('a list of a newer Anneal', () => {
    const { datasets, home } = open()
    home.ensure('root')
    writeFileSync(home.datasetsFile, '{"format":2,"datasets":{}}')
    expect(() => datasets.list()).toThrow(/was written by a newer Anneal; start that one, or update this one\.$/)
  })
})
