import { flipFuses, FuseVersion, getCurrentFuseWire } from '@electron/fuses'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { findElectron } from '../../build/electron-binary.ts'
import { fuses } from '../../forge.config.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

/** A copy of the program, beside links to what it needs. */
function copyElectron(): string {
  const electron = findElectron(process.env)!
  const folder = join(temporaryFolder(), 'electron')
  mkdirSync(folder)
  for (const name of readdirSync(dirname(electron)))
    if (name !== basename(electron)) symlinkSync(join(dirname(electron), name), join(folder, name))
  const copy = join(folder, basename(electron))
  copyFileSync(electron, copy)
  return copy
}

const OFF = 48
const ON = 49

it('the fuses of packages are off for all that would let strangers in', async () => {
  const electron = copyElectron()
  await flipFuses(electron, { version: FuseVersion.V1, ...fuses })
  const wire = await getCurrentFuseWire(electron)
  // By Electron's own numbers: run as Node, cookie encryption, NODE_OPTIONS, inspect, asar integrity, asar only, -, file protocol.
  expect([0, 1, 2, 3, 4, 5, 7].map((fuse) => wire[fuse as keyof typeof wire])).toEqual([ON, ON, OFF, OFF, ON, ON, OFF])
})

it('a program with these fuses runs as Node, for the command line, and takes nothing from NODE_OPTIONS', async () => {
  const electron = copyElectron()
  const strange = join(temporaryFolder(), 'strange.cjs')
  writeFileSync(strange, "console.log('strange')")
  const asNode = () =>
    execFileSync(electron, ['-p', '6 * 7'], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', DISPLAY: '', NODE_OPTIONS: `--require ${strange}` },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  expect(asNode()).toBe('strange\n42')
  await flipFuses(electron, { version: FuseVersion.V1, ...fuses })
  expect(asNode()).toBe('42')
})
