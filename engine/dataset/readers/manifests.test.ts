import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import { listDataset } from '../image-index/open-index.ts'
import { readDataset } from './read-dataset.ts'

/** A folder with images of these names, and a manifest. */
function made(name: string, content: string | Uint8Array, images: readonly string[] = ['a.jpg', 'b.jpg']): string {
  const root = temporaryFolder()
  for (const image of images) {
    mkdirSync(dirname(join(root, image)), { recursive: true })
    writeFileSync(join(root, image), 'x')
  }
  writeFileSync(join(root, name), content)
  return join(root, name)
}
const listed = (file: string) => listDataset({ root: file, cacheFolder: temporaryFolder() })
const read = async (file: string) => {
  const { files } = await readDataset(file, { cacheFolder: temporaryFolder(), onListed: () => undefined })
  return { paths: [...files.paths], bytes: [...files.bytes] }
}

describe('a manifest is read', () => {
  it.each([
    ['with semicolons', 'm.csv', 'path;label\na.jpg;cat\nb.jpg;dog, big\n', ['cat', 'dog, big']],
    ['with tabs', 'm.tsv', 'path\tlabel\na.jpg\tcat, small\nb.jpg\tdog\n', ['cat, small', 'dog']],
    ['with tabs in a .csv', 'm.csv', 'path\tlabel\na.jpg\tcat\nb.jpg\tdog\n', ['cat', 'dog']],
    ['with lines that end in CR alone', 'm.csv', 'path,label\ra.jpg,cat\rb.jpg,dog', ['cat', 'dog']],
    ['with lines that end in two ways', 'm.csv', 'path,label\na.jpg,"cat"\r\nb.jpg,dog\n', ['cat', 'dog']],
    ['of a JSON array', 'm.json', '[{"path":"a.jpg","label":"cat"},\n{"path":"b.jpg","label":3}]', ['3', 'cat']],
    [
      'of a JSON array in a .jsonl',
      'm.jsonl',
      '[{"path":"a.jpg","label":"cat"},{"path":"b.jpg","label":"dog"}]',
      ['cat', 'dog'],
    ],
    ['with empty lines', 'm.csv', '\n\npath,label\n\na.jpg,cat\n\nb.jpg,dog\n\n', ['cat', 'dog']],
    ['in UTF-16', 'm.csv', Buffer.from('\uFEFFpath,label\na.jpg,Käse\nb.jpg,dog\n', 'utf16le'), ['Käse', 'dog']],
    [
      'in UTF-16 of the other order',
      'm.csv',
      Buffer.from('\uFEFFpath,label\na.jpg,cat\nb.jpg,dog\n', 'utf16le').swap16(),
      ['cat', 'dog'],
    ],
    ['with a mark of UTF-8', 'm.csv', '\uFEFFpath,label\na.jpg,cat\nb.jpg,dog\n', ['cat', 'dog']],
  ])('%s', async (_, name, content, classes) => {
    const found = await listed(made(name, content))
    expect([found.classes, found.splits.train.images + found.splits.val.images]).toEqual([classes, 2])
  })

  it('with backslashes for slashes, which is said', async () => {
    const images = ['x/a.jpg', 'x/y/b.jpg', 'x\\c.jpg']
    const file = made('m.csv', 'path,label\nx\\a.jpg,cat\nx\\y\\b.jpg,dog\nx\\c.jpg,dog\n', images)
    expect(await read(file)).toEqual({ paths: images, bytes: [1, 1, 1] })
    expect((await listed(file)).warnings).toContain(
      '2 paths of m.csv were found with / for \\, without the spaces around, or in another form of Unicode.',
    )
  })

  it('whose paths are composed where the files are not', async () => {
    const file = made('m.csv', 'path,label\ncaf\u00e9.jpg,caf\u00e9\nb.jpg,cafe\u0301\n', ['cafe\u0301.jpg', 'b.jpg'])
    expect((await read(file)).bytes).toEqual([1, 1])
    expect((await listed(file)).classes).toEqual(['caf\u00e9'])
  })

  it('with three splits', async () => {
    const file = made('m.csv', 'path,label,split\na.jpg,cat,train\nb.jpg,cat,dev\nc.jpg,cat,Testing\n', [
      'a.jpg',
      'b.jpg',
      'c.jpg',
    ])
    const { splits } = await listed(file)
    expect([splits.train.images, splits.val.images, splits.test.images]).toEqual([1, 1, 1])
  })

  it('with a label that may mean none, which is said', async () => {
    const { classes, warnings } = await listed(made('m.csv', 'path,label\na.jpg,NaN\nb.jpg,dog\n'))
    expect(classes).toEqual(['NaN', 'dog'])
    expect(warnings).toContain(
      'One image has the label "NaN" (first line 2 of m.csv), which is a class here: correct it where it means that there is none.',
    )
  })
})

describe('a manifest is refused with the place and what is there', () => {
  it.each([
    ['m.csv', 'file,class\na.jpg,1\n', 'its first line names the columns file, class, and not path and label'],
    ['m.csv', 'a.jpg,cat\nb.jpg,dog\n', 'its first line names the columns a.jpg, cat, and not path and label'],
    ['m.csv', 'path,label\n"two\nlines.jpg",cat\nb.jpg,\n', 'line 4 (b.jpg) has no label'],
    ['m.csv', 'path,label\n,cat\n', 'line 2 has no path'],
    ['m.csv', 'path,label\na.jpg,cat,\n', 'line 2 has 3 columns where the first line has 2'],
    ['m.csv', 'path,label,split\na.jpg,1,train\nb.jpg,1,odd\n', 'gives b.jpg the split "odd" (line 3)'],
    ['m.csv', Buffer.from('path,label\na.jpg,K\xE4se\n', 'latin1'), 'it is not UTF-8 in line 2: save it as UTF-8'],
    ['m.csv', Buffer.from('path,label\na.jpg,cat\n', 'utf16le'), 'it has a byte of zero in line 1: save it as UTF-8'],
    [
      'm.jsonl',
      '{"path":"a.jpg","label":"cat"}\n{"path":"b.jpg","label":null}\n',
      'line 2 has null for label: write a text or a number',
    ],
    ['m.jsonl', '{"file":"a.jpg","label":"cat"}\n', 'line 1 has no path, but file, label'],
    ['m.jsonl', '{"path":"a.jpg","label":["cat"]}\n', 'line 1 has a list for label'],
    ['m.jsonl', '{"path":"a.jpg","label":"cat"}\nnull\n', 'line 2 is no object with path and label'],
    ['m.jsonl', '{"path":"a.jpg",\n', 'line 1 is no JSON'],
    ['m.jsonl', '{"path":"a\\u0000.jpg","label":"cat"}\n', 'line 1 has a zero in its path, which no file can have'],
    ['m.json', '[{"path":"a.jpg","label":"cat"},{"path":"b.jpg"}]', 'entry 2 has no label, but path'],
    ['m.json', '[{"path":"a.jpg"', 'it is no JSON'],
  ])('%s: %j', async (name, content, sentence) => {
    await expect(listed(made(name, content))).rejects.toThrow(sentence)
  })
})

describe('what a manifest has that may not be meant is told', () => {
  const three = ['a.jpg', 'b.jpg', 'c.jpg']
  const warningsOf = async (content: string, name = 'm.csv') => (await listed(made(name, content, three))).warnings

  it('images that are named again, and with another label', async () => {
    const warnings = await warningsOf('path,label\na.jpg,x\nb.jpg,y\nc.jpg,x\n./a.jpg,x\nb.jpg,x\n')
    expect(warnings).toContain(
      '2 images are named again, first a.jpg (line 2 and line 5): each counts as often as it is named.',
    )
    expect(warnings).toContain(
      'One of them has another label there, first b.jpg ("y" and "x"): an image has one class here.',
    )
  })

  it.each(['x|y', 'x;y', 'y / x', '"x, y"'])('several labels in one: %s', async (label) => {
    const warnings = await warningsOf(`path,label\na.jpg,x\nb.jpg,y\nc.jpg,${label}\n`)
    expect(warnings.join()).toContain(
      `An image has several labels in one, such as "${label.replaceAll('"', '')}" (line 4)`,
    )
  })

  it('but a label that only looks like several is one', async () => {
    const warnings = await warningsOf('path,label\na.jpg,x\nb.jpg,y\nc.jpg,x/z\n')
    expect(warnings.join()).not.toContain('several labels')
  })

  it('images that are not there, empty or elsewhere', async () => {
    const file = made('m.csv', 'path,label\na.jpg,x\ngone.jpg,x\n../o.jpg,y\ns3://b/c.jpg,y\nb.jpg,y\nc.jpg,y\n', three)
    writeFileSync(join(dirname(file), 'c.jpg'), '')
    expect((await listed(file)).warnings).toContain(
      '4 of the 6 images cannot be read and will be left out, first gone.jpg (no file lies there).',
    )
  })

  it.each([
    ['gone.jpg', 'gone.jpg (no file lies there)'],
    ['/elsewhere/a.jpg', "/elsewhere/a.jpg (outside of the manifest's folder)"],
    ['https://x.org/a.jpg', 'https://x.org/a.jpg (an address, and only files are read: download it)'],
  ])('and no other image is refused: %s', async (path, first) => {
    const file = made('m.csv', `path,label\n${path},x\n${path}2,y\n`)
    await expect(listed(file)).rejects.toThrow(`None of the 2 images of ${dirname(file)} can be read, first ${first}`)
  })

  it('spaces around a path, and the address of a file, lead to it', async () => {
    const file = made('m.csv', '')
    writeFileSync(file, `path, label\n a.jpg , x\nfile://${dirname(file)}/b.jpg,y\n`)
    expect((await read(file)).bytes).toEqual([1, 1])
  })

  it.each([
    ['m.csv', 'path,label,label\na.jpg,x,y\n', 'its first line names the column label twice'],
    ['m.csv', '\n\n', 'it is empty'],
    [
      'm.json',
      '{\n"images": [{"path":"a.jpg","label":"x"}]\n}',
      'it is one object, with images: write an object a line',
    ],
  ])('%s, %j', async (name, content, says) => {
    await expect(listed(made(name, content))).rejects.toThrow(says)
  })

  it('a .tsv without tabs is split at its commas', async () => {
    expect((await listed(made('m.tsv', 'path,label\na.jpg,x\nb.jpg,y\n'))).classes).toEqual(['x', 'y'])
  })
})

it('of two manifests in a folder the other one is named', async () => {
  const file = made('manifest.csv', 'path,label\na.jpg,x\nb.jpg,y\n')
  writeFileSync(join(dirname(file), 'manifest.json'), '[]')
  expect((await listed(dirname(file))).leftOut).toEqual([
    { path: 'manifest.json', reason: 'is another manifest than manifest.csv' },
  ])
  expect((await listed(file)).leftOut).toEqual([])
})
