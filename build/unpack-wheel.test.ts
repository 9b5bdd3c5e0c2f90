import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { TensorFlowLibraryError } from '../shared/errors.ts'
import { unpackWheel } from './unpack-wheel.ts'

const folder = mkdtempSync(join(tmpdir(), 'anneal-wheel-'))
const wheel = join(folder, 'some.whl')
const target = join(folder, 'target')
const content = Buffer.from('so'.repeat(100_000))
const member = { name: 'liba.so', sha256: createHash('sha256').update(content).digest('hex') }

mkdirSync(join(folder, 'tensorflow/python'), { recursive: true })
writeFileSync(join(folder, 'tensorflow/liba.so'), content)
writeFileSync(join(folder, 'tensorflow/python/liba.so'), 'another of the same name')
execFileSync('python3', ['-m', 'zipfile', '-c', wheel, 'tensorflow'], { cwd: folder })

beforeEach(() => {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
})
afterAll(() => rmSync(folder, { recursive: true }))

it('unpacks the named files alone, and tells how far it is', async () => {
  let bytes = 0
  await unpackWheel(wheel, [member], target, (more) => (bytes += more))
  expect(readdirSync(target)).toEqual(['liba.so'])
  expect(readFileSync(join(target, 'liba.so')).equals(content)).toBe(true)
  expect(bytes).toBe(content.length)
})

it('refuses a file with another checksum', async () => {
  const other = { ...member, sha256: '0'.repeat(64) }
  await expect(unpackWheel(wheel, [other], target, () => {})).rejects.toThrow(TensorFlowLibraryError)
})

it('refuses a wheel that lacks a file', async () => {
  const members = [member, { ...member, name: 'libb.so' }]
  await expect(unpackWheel(wheel, members, target, () => {})).rejects.toThrow('does not hold tensorflow/libb.so')
})
