import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { watchMemory } from './memory.ts'

const MIB = 1024 ** 2
/** Milliseconds, for several looks. */
const WHILE = 1500

it.runIf(process.platform === 'linux')('is the highest resident memory of a process', async () => {
  const child = spawn(process.execPath, [
    '-e',
    'Buffer.alloc(2e8, 1); console.log(1); setTimeout(() => undefined, 60_000)',
  ])
  onTestFinished(() => void child.kill())
  await once(child.stdout, 'data')
  const memory = await watchMemory(false, () => child.pid)
  await wait(WHILE)
  expect(await memory.end()).toBeGreaterThan(2e8)
  const nobody = await watchMemory(false, () => undefined)
  expect(await nobody.end()).toBeUndefined()
})

it.runIf(process.platform !== 'win32')("is the most of a GPU's memory beyond what was taken before", async () => {
  const folder = temporaryFolder()
  const says = (first: number, second: number) => {
    writeFileSync(join(folder, 'new'), `NVIDIA H200, 50, ${first}, 143771\nNVIDIA H200, 0, ${second}, 143771\n`)
    renameSync(join(folder, 'new'), join(folder, 'says'))
  }
  // Stands in for NVIDIA's tool, which a machine without a GPU does not have.
  writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\ncat '${folder}/says'\necho >> '${folder}/asked'\n`)
  chmodSync(join(folder, 'nvidia-smi'), 0o755)
  const path = process.env.PATH
  process.env.PATH = `${folder}:${path}`
  onTestFinished(() => void (process.env.PATH = path))

  const asked = () => readFileSync(join(folder, 'asked'), 'utf8').length
  const askedTwice = (before = asked()) =>
    vi.waitFor(() => expect(asked()).toBeGreaterThan(before + 1), { timeout: 60_000 })

  says(1000, 500)
  const memory = await watchMemory(true, () => undefined)
  says(31_000, 600)
  await askedTwice()
  says(1000, 500)
  await askedTwice()
  expect(await memory.end()).toBe(30_000 * MIB)
})
