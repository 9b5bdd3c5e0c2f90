import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TensorFlowLibraryError } from '../../shared/errors.ts'
import { fileSha256 } from '../hash.ts'
import { buildOf, cachedBuild } from './builds.ts'
import { findLibrary, libraryCandidates, verifyBuild } from './library.ts'

const names = ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2']
const linux = 'linux-x64'
const release = buildOf('cpu', linux)!
let home: string
let env: NodeJS.ProcessEnv

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'anneal-library-'))
  env = { XDG_CACHE_HOME: home }
})
afterEach(() => rmSync(home, { recursive: true }))

/** Files of the right sizes, without content: a hole in a file takes no room on the disk. */
function fillCache(): string {
  const folder = join(home, 'anneal/tensorflow/2.21.0-cpu')
  mkdirSync(folder, { recursive: true })
  for (const { name, bytes } of release.libraries) {
    writeFileSync(join(folder, name), '')
    truncateSync(join(folder, name), bytes)
  }
  return folder
}

/** Real ELF files under TensorFlow's names; the Node program itself is one that every machine has. */
function fillOther(): string {
  const folder = join(home, 'other')
  mkdirSync(folder)
  for (const name of names) copyFileSync(process.execPath, join(folder, name))
  return folder
}

function refusal(use: NodeJS.ProcessEnv, platform = linux): string {
  try {
    findLibrary(use, platform)
  } catch (error) {
    expect(error).toBeInstanceOf(TensorFlowLibraryError)
    return (error as Error).message
  }
  throw new Error('it was found')
}

describe('the cache', () => {
  it('lies in XDG_CACHE_HOME, or in ~/.cache where that is unset or relative', () => {
    expect(cachedBuild({ XDG_CACHE_HOME: '/c', HOME: '/h' }, 'cpu')).toBe('/c/anneal/tensorflow/2.21.0-cpu')
    expect(cachedBuild({ HOME: '/h' }, 'cpu')).toBe('/h/.cache/anneal/tensorflow/2.21.0-cpu')
    expect(cachedBuild({ XDG_CACHE_HOME: 'c', HOME: '/h' }, 'cpu')).toBe('/h/.cache/anneal/tensorflow/2.21.0-cpu')
  })

  it('is found when both files have their sizes', () => {
    const folder = fillCache()
    const found = { source: 'cache', build: 'cpu', folder, state: 'usable', detail: 'TensorFlow 2.21.0' }
    expect(findLibrary(env, linux)).toEqual(found)
    expect(libraryCandidates(env, linux)[0]).toEqual(found)
  })

  it('is missing on a fresh machine, and set-up is named', () => {
    expect(libraryCandidates(env)[0]?.state).toBe('missing')
    expect(refusal(env)).toMatch(/^TensorFlow 2\.21\.0 is not in .*; run "npm run setup" to fetch it\.$/)
  })

  it('is missing where a part of its path is a file', () => {
    writeFileSync(join(home, 'anneal'), '')
    expect(libraryCandidates(env)[0]?.state).toBe('missing')
  })

  it.each(names)('is damaged when %s is cut short by one byte, and the repair is named', (name) => {
    const file = join(fillCache(), name)
    truncateSync(file, statSync(file).size - 1)
    expect(libraryCandidates(env)[0]).toMatchObject({
      state: 'damaged',
      detail: expect.stringContaining(name) as string,
    })
    expect(refusal(env)).toContain('run "npm run setup -- --repair"')
    expect(refusal({ ...env, ANNEAL_RESOURCES: home })).toContain('run "anneal builds fetch cpu --repair"')
  })

  it.each(names)('is damaged when only %s is gone', (name) => {
    rmSync(join(fillCache(), name))
    expect(libraryCandidates(env)[0]).toMatchObject({ state: 'damaged', detail: `${name} is missing` })
  })

  it('says on a platform that TensorFlow has no build for what can be done', () => {
    expect(refusal(env, 'freebsd-x64')).toMatch(/no build for freebsd-x64 that Anneal knows; set ANNEAL_TENSORFLOW/)
    expect(refusal({ ...env, ANNEAL_BUILD: 'cuda' }, 'darwin-arm64')).toMatch(
      /no CUDA build for darwin-arm64 .* folder with libtensorflow_framework\.2\.dylib and/,
    )
    for (const platform of ['win32-x64', 'win32-arm64'])
      expect(refusal(env, platform)).toMatch(/^TensorFlow has no build for Windows .* WSL 2, .*docs\/windows\.md/)
  })

  it('does not pass the full check with other bytes of the same size', async () => {
    expect(await verifyBuild('cpu', fillCache())).toBe(
      'libtensorflow_framework.so.2 does not have the checksum that it should',
    )
  })
})

describe('ANNEAL_TENSORFLOW', () => {
  it('goes before the cache and may hold another build', () => {
    const cache = fillCache()
    const folder = fillOther()
    const use = { ...env, ANNEAL_TENSORFLOW: folder }
    expect(findLibrary(use, linux).folder).toBe(folder)
    expect(
      libraryCandidates(use, linux)
        .map((candidate) => candidate.folder)
        .slice(0, 2),
    ).toEqual([folder, cache])
  })

  it('is an error where it names no such folder, even when the cache is filled', () => {
    fillCache()
    expect(refusal({ ...env, ANNEAL_TENSORFLOW: '/nowhere' })).toMatch(
      /^ANNEAL_TENSORFLOW names \/nowhere, but there .* are missing; set it to .*, or unset it and run "npm run setup"\.$/,
    )
  })

  it.each([
    ['empty', 0, 'is empty'],
    ['cut within the header', 40, 'is cut short'],
    ['cut in the middle', statSync(process.execPath).size >> 1, 'is cut short'],
    ['cut by its last byte', statSync(process.execPath).size - 1, 'is cut short'],
  ])('is refused where a library is %s', (_, bytes, detail) => {
    const folder = fillOther()
    truncateSync(join(folder, names[1]!), bytes)
    expect(libraryCandidates({ ...env, ANNEAL_TENSORFLOW: folder })[0]).toMatchObject({
      state: 'damaged',
      detail: `${names[1]} ${detail}`,
    })
    expect(refusal({ ...env, ANNEAL_TENSORFLOW: folder })).toContain('unset it')
  })

  it('is refused where a file is no library', () => {
    const folder = fillOther()
    writeFileSync(join(folder, names[0]!), 'a page that says "404"'.repeat(9))
    expect(libraryCandidates({ ...env, ANNEAL_TENSORFLOW: folder })[0]?.detail).toBe(`${names[0]} is no ELF library`)
  })
})

it('hashes a file of several pieces', async () => {
  const bytes = Buffer.alloc(3_000_000, 'anneal')
  writeFileSync(join(home, 'file'), bytes)
  expect(await fileSha256(join(home, 'file'))).toBe(createHash('sha256').update(bytes).digest('hex'))
})
