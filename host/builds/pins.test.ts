import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../shared/errors.ts'
import { buildOf } from '../../storage/builds/builds.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { compareVersions } from '../../shared/compare-versions.ts'
import { withPins } from './pins.ts'

const { packages } = buildOf('cuda', 'linux-x64')!
const pin = {
  ...{ name: 'nvidia-cudnn-cu12', version: '9.30.1.2', file: 'nvidia_cudnn_cu12-9.30.1.2-py3-none-any.whl' },
  ...{ bytes: 800e6, sha256: 'a'.repeat(64) },
}

function pinned(content: unknown) {
  const file = join(temporaryFolder(), 'pins.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return withPins(packages, file)
}

describe('packages in other versions', () => {
  it('take the places of ours, and the others stay', () => {
    const result = pinned({ packages: [pin] })
    expect(result.find(({ name }) => name === pin.name)).toMatchObject({ ...pin, unpackedBytes: 3 * pin.bytes })
    expect(result.filter(({ name }) => name !== pin.name)).toEqual(packages.filter(({ name }) => name !== pin.name))
  })

  it.each<[string, unknown, RegExp]>([
    ['too old', { packages: [{ ...pin, version: '9.3.0.74' }] }, /takes 9\.3\.0\.75 or later, below 10\.0/],
    ['of the next major version', { packages: [{ ...pin, version: '10.0' }] }, /below 10\.0/],
    [
      'that TensorFlow does not use',
      { packages: [{ ...pin, name: 'nvidia-cudnn-cu13' }] },
      /does not use; it uses nvidia-cuda-runtime-cu12/,
    ],
    [
      'with a folder in its name',
      { packages: [{ ...pin, file: '../x.whl' }] },
      /no list of packages: packages\.0\.file/,
    ],
    ['without a checksum', { packages: [{ ...pin, sha256: undefined }] }, /packages\.0\.sha256/],
    ['with a key too many', { packages: [{ ...pin, url: 'x' }] }, /packages\.0/],
    ['none at all', { packages: [] }, /packages/],
    ['no JSON', '{', /is no JSON/],
    ['something else', [1], /no list of packages/],
  ])('%s are refused', (_, content, sentence) => {
    expect(() => pinned(content)).toThrow(UsageError)
    expect(() => pinned(content)).toThrow(sentence)
  })

  it('a file that is not there is named', () => {
    expect(() => withPins(packages, '/nowhere/pins.json')).toThrow(/\/nowhere\/pins\.json is not there/)
  })
})

it.each([
  ['12.9', '12.10', -1],
  ['12.9.0', '12.9', 0],
  ['13.0', '12.99.9', 1],
  ['9.28.0.42', '9.3.0.75', 1],
])('version %s against %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign)
})
