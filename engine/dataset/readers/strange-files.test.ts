import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { DatasetError } from '../../../shared/errors.ts'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import { idx } from '../testing/containers.ts'
import { readDataset } from './read-dataset.ts'

const open = (path: string) => readDataset(path, { cacheFolder: temporaryFolder(), onListed: () => undefined })

function made(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const root = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
  return root
}

const strange: Readonly<Record<string, (path: string) => void>> = {
  'a named pipe': (path) => void execFileSync('mkfifo', [path]),
  'a device': (path) => symlinkSync('/dev/zero', path),
}
const images = idx([2, 4, 4], Buffer.alloc(32))

/** Where a dataset keeps a file, and what else it needs to be recognised by it. */
const places: Readonly<Record<string, Readonly<Record<string, string | Buffer>>>> = {
  'manifest.csv': {},
  'manifest.jsonl': {},
  'train-images-idx3-ubyte': { 'train-labels-idx1-ubyte': idx([2], Buffer.of(0, 1)) },
  'train-labels-idx1-ubyte': { 'train-images-idx3-ubyte': images },
  'classes.txt': { 'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte': idx([2], Buffer.of(0, 1)) },
  'data_batch_1.bin': { 'batches.meta.txt': 'a\n' },
  'train-00000-of-00001': {},
  'batches.meta.txt': { 'data_batch_1.bin': Buffer.alloc(3073) },
}

describe.each(Object.keys(strange))('%s in the place of', (kind) => {
  it.each(Object.keys(places))('%s is named and not waited for', async (name) => {
    const root = made(places[name])
    strange[kind]!(join(root, name))
    const error: unknown = await open(root).catch((failure: unknown) => failure)
    expect(error).toBeInstanceOf(DatasetError)
    expect((error as Error).message).toContain(name)
    expect((error as Error).message).toContain(`is ${kind} and no file`)
  })

  it('a manifest that is named itself', async () => {
    const file = join(made(), 'birds.csv')
    strange[kind]!(file)
    await expect(open(file)).rejects.toThrow(`${file} cannot be used: it is ${kind} and no file; a manifest is`)
  })

  it('an image is told as none', async () => {
    const root = made({ 'train/a/1.jpg': 'x', 'train/b/1.jpg': 'x', 'val/a/1.jpg': 'x', 'val/b/1.jpg': 'x' })
    strange[kind]!(join(root, 'train/a/2.jpg'))
    const { files } = await open(root)
    expect([...files.bytes]).toEqual([1, -1, 1, 1, 1])
  })
})

describe('packed files', () => {
  it('that are not what they are called are refused before they are unpacked', async () => {
    const zeros = gzipSync(Buffer.alloc(300e6))
    const root = made({ 'train-images-idx3-ubyte.gz': zeros, 'train-labels-idx1-ubyte.gz': zeros })
    await expect(open(root)).rejects.toThrow('it does not begin as one')
  })

  it('are unpacked as far as their sizes say', async () => {
    const root = made({
      'train-images-idx3-ubyte.gz': gzipSync(Buffer.concat([images, Buffer.alloc(300e6)])),
      'train-labels-idx1-ubyte.gz': gzipSync(idx([2], Buffer.of(0, 1))),
    })
    await expect(open(root)).rejects.toThrow('damaged, cut, or larger than it may be')
  })
})

describe('a manifest', () => {
  it('may have a field of ten megabytes', async () => {
    const long = 'x""'.repeat(5_000_000)
    const root = made({ 'manifest.csv': `path,label,note\na.jpg,cat,"${long}"\nb.jpg,dog,\n` })
    expect((await open(root)).classes).toEqual(['cat', 'dog'])
  })

  it.each(['a.jpg,"cat\n', 'a.jpg,"cat"x\n', 'a.jpg,c"at\n', '"'])(
    'with a stray quote is refused: %j',
    async (lines) => {
      const root = made({ 'manifest.csv': `path,label\n${lines}` })
      await expect(open(root)).rejects.toThrow(/a quote stands where none may, or is not closed, in line 2/)
    },
  )
})
