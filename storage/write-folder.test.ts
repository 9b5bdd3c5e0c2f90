import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StorageError } from '../shared/errors.ts'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { removeFolders, wholeFolders, writeFolderWhole } from './write-folder.ts'

const put = (text: string) => (folder: string) => writeFileSync(join(folder, 'a.txt'), text)
const textIn = (folder: string) => readFileSync(join(folder, 'a.txt'), 'utf8')

describe('writeFolderWhole', () => {
  it('makes a folder that has its name only when it is whole, and leaves nothing beside it', async () => {
    const parent = join(temporaryFolder(), 'new')
    const folder = join(parent, 'model')
    const result = await writeFolderWhole(folder, (aside) => {
      expect(existsSync(folder)).toBe(false)
      mkdirSync(join(aside, 'inner'))
      writeFileSync(join(aside, 'inner', 'b.txt'), 'b')
      put('one')(aside)
      return 7
    })
    expect(result).toBe(7)
    expect(readdirSync(folder).sort()).toEqual(['a.txt', 'inner'])
    expect(readdirSync(parent)).toEqual(['model'])
  })

  it('replaces one only where it is told to, and takes the place of an empty one', async () => {
    const parent = temporaryFolder()
    const folder = join(parent, 'model')
    mkdirSync(folder)
    await writeFolderWhole(folder, put('one'))
    await expect(writeFolderWhole(folder, put('two'))).rejects.toThrow(
      new StorageError(`${folder} is there already; name another folder, or delete it.`),
    )
    expect(textIn(folder)).toBe('one')
    await writeFolderWhole(folder, put('two'), { replace: true })
    expect(textIn(folder)).toBe('two')
    expect(readdirSync(parent)).toEqual(['model'])
  })

  it('keeps what somebody put there meanwhile, or beside it under such a name', async () => {
    const parent = temporaryFolder()
    const folder = join(parent, 'model')
    mkdirSync(`${folder}.unfinished`)
    writeFileSync(join(`${folder}.unfinished`, 'mine.txt'), 'mine')
    const written = writeFolderWhole(folder, (aside) => {
      put('one')(aside)
      mkdirSync(folder)
      writeFileSync(join(folder, 'mine.txt'), 'mine')
    })
    await expect(written).rejects.toThrow(StorageError)
    expect(readdirSync(folder)).toEqual(['mine.txt'])
    expect(readdirSync(parent).sort()).toEqual(['model', 'model.unfinished'])
    expect(readdirSync(`${folder}.unfinished`)).toEqual(['mine.txt'])
  })

  it('leaves the old one, and nothing beside it, when it fails', async () => {
    const parent = temporaryFolder()
    const folder = join(parent, 'model')
    await writeFolderWhole(folder, put('one'))
    const failing = (aside: string) => {
      put('half')(aside)
      throw new Error('no')
    }
    await expect(writeFolderWhole(folder, failing, { replace: true })).rejects.toThrow('no')
    expect([textIn(folder), readdirSync(parent)]).toEqual(['one', ['model']])
  })

  it('clears what a killed process left, and not what a living one writes', async () => {
    const parent = temporaryFolder()
    const folder = join(parent, 'model')
    const gone = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim()
    const living = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    try {
      const aside = (pid: number | string) => `model.${hostname()}-${pid}-1.unfinished`
      for (const pid of [gone, living.pid!]) mkdirSync(join(parent, aside(pid)))
      mkdirSync(join(parent, aside(living.pid!).replace('model', 'other')))
      await writeFolderWhole(folder, put('one'))
      expect(readdirSync(parent).sort()).toEqual(
        ['model', aside(living.pid!), aside(living.pid!).replace('model', 'other')].sort(),
      )
    } finally {
      living.kill()
    }
  })
})

describe('folders that were written whole', () => {
  it('are found where a machine stopped between the two renames of a replacement', async () => {
    const parent = temporaryFolder()
    const folder = join(parent, 'step-5')
    await writeFolderWhole(folder, put('old'))
    renameSync(folder, `${folder}.previous`)
    expect([...wholeFolders(parent)]).toEqual([['step-5', `${folder}.previous`]])
    removeFolders(parent, [])
    expect([textIn(folder), readdirSync(parent)]).toEqual(['old', ['step-5']])
  })

  it('are not those that are half written or half deleted', async () => {
    const parent = temporaryFolder()
    for (const name of ['step-1', 'step-2', 'step-3']) await writeFolderWhole(join(parent, name), put(name))
    renameSync(join(parent, 'step-1'), join(parent, 'step-1.unfinished'))
    mkdirSync(join(parent, 'step-2.previous'))
    expect([...wholeFolders(parent).keys()]).toEqual(['step-2', 'step-3'])
    removeFolders(parent, [join(parent, 'step-3')])
    expect(readdirSync(parent)).toEqual(['step-2'])
    expect(wholeFolders(join(parent, 'none')).size).toBe(0)
  })
})
