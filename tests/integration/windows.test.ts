import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { noBuild } from '../../storage/builds/library.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const root = join(import.meta.dirname, '../..')

/** Runs a program of this repository as if on Windows, with nothing in the cache. */
function runOnWindows(...args: string[]) {
  const folder = temporaryFolder()
  const env = {
    NODE_OPTIONS: `--import=${pathToFileURL(join(root, 'tests/fixtures/on-windows.mjs')).href}`,
    // That of this machine, where it looks for one of Windows.
    ESBUILD_BINARY_PATH: join(root, 'node_modules/@esbuild/linux-x64/bin/esbuild'),
    ...{ LOCALAPPDATA: folder, ANNEAL_HOME: folder, ANNEAL_TENSORFLOW: '' },
  }
  return spawnSync(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, encoding: 'utf8' })
}

const sentence = noBuild(undefined, 'win32-x64')

it.runIf(process.platform === 'linux' && process.arch === 'x64')('set-up and doctor name WSL 2 on Windows', () => {
  expect(runOnWindows('build/set-up.mjs')).toMatchObject({ status: 1, stderr: `${sentence}\n` })
  const doctor = JSON.parse(runOnWindows('cli/anneal.mjs', 'doctor', '--json').stdout) as { checks: unknown[] }
  expect(doctor.checks).toContainEqual({ name: 'TensorFlow', state: 'problem', detail: sentence })
})
