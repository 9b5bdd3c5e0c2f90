import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { addressesFile, addressesSchema } from '../../host/builds/addresses.ts'
import { findPip } from '../../host/builds/pip-source.ts'
import type { VersionedWheel } from '../../host/builds/wheel-source.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { addressIn, askForAddresses, NoAddressError, packAddresses } from './addresses.ts'

const names = ['first-thing', 'second-thing']

/** Real wheels, in a folder of their own, that pip takes for this platform alone. */
function makeWheels(folder: string): VersionedWheel[] {
  return names.map((name) => {
    const plain = name.replaceAll('-', '_')
    const file = `${plain}-1.2-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl`
    const content = join(folder, `${name}-content`)
    const about = join(content, `${plain}-1.2.dist-info`)
    mkdirSync(about, { recursive: true })
    writeFileSync(
      join(about, 'METADATA'),
      `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.2\nRequires-Dist: absent\n`,
    )
    writeFileSync(join(about, 'WHEEL'), 'Wheel-Version: 1.0\nTag: py3-none-manylinux2014_x86_64\n')
    execFileSync('python3', ['-m', 'zipfile', '-c', join(folder, file), about], { cwd: content })
    const bytes = readFileSync(join(folder, file))
    return { name, version: '1.2', file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
}

const page = (wheels: readonly VersionedWheel[], name: string) =>
  wheels
    .filter((wheel) => wheel.name === name)
    .map(({ file, sha256 }) => `<a href="/files/${file}#sha256=${sha256}">${file}</a>`)
    .join('\n')

/** A package index on https, and the settings of a pip that knows it alone. */
async function serveIndex(folder: string, wheels: readonly VersionedWheel[]) {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject]
  execFileSync('openssl', [...request, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const server: Server = createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    ({ url = '' }, response) => {
      const [, room, name = ''] = url.split('/')
      if (room === 'files') return void response.end(readFileSync(join(folder, name)))
      response.setHeader('content-type', 'text/html').end(`<!DOCTYPE html><body>${page(wheels, name)}</body>`)
    },
  ).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  // Of the last two, one that is set goes before pip's own setting.
  const env = {
    PIP_CERT: cert,
    REQUESTS_CA_BUNDLE: cert,
    CURL_CA_BUNDLE: cert,
    PIP_FIND_LINKS: '',
    PIP_INDEX_URL: `${address}/simple`,
  }
  return { address, env: { ...process.env, ...env } }
}

it('is told by pip itself where each wheel is', async () => {
  const folder = temporaryFolder()
  const wheels = makeWheels(folder)
  const { address, env } = await serveIndex(folder, wheels)
  const addresses = await askForAddresses(await findPip(), wheels, env)
  expect(addresses).toEqual(Object.fromEntries(wheels.map(({ file }) => [file, `${address}/files/${file}`])))
  expect(addressesSchema.safeParse(addresses).success).toBe(true)
})

it('says of which wheel pip knows nothing', async () => {
  const folder = temporaryFolder()
  const wheels = makeWheels(folder)
  const { env } = await serveIndex(folder, wheels.slice(0, 1))
  const asked = askForAddresses(await findPip(), wheels, env)
  await expect(asked).rejects.toThrow(/^pip does not find second-thing 1\.2, .*from versions: none/)
  await expect(asked).rejects.toBeInstanceOf(NoAddressError)
})

it('says that an index cannot be reached', async () => {
  const folder = temporaryFolder()
  const env = { ...process.env, PIP_FIND_LINKS: '', PIP_INDEX_URL: 'http://127.0.0.1:9/simple' }
  const asked = askForAddresses(await findPip(), makeWheels(folder), env)
  await expect(asked).rejects.toThrow('pip does not find first-thing 1.2, its package index cannot be reached')
})

it('takes no address of a file on this disk, which no other machine has', async () => {
  const folder = temporaryFolder()
  const env = { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder }
  const asked = askForAddresses(await findPip(), makeWheels(folder), env)
  await expect(asked).rejects.toThrow(/first_thing.* is on an index without https$/)
})

it('says where there is no pip what a package cannot do then', async () => {
  const resources = temporaryFolder()
  vi.stubEnv('PATH', resources)
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    written.mockRestore()
  })
  await packAddresses(resources)
  expect(JSON.parse(readFileSync(addressesFile(resources), 'utf8'))).toEqual({})
  const lines = written.mock.calls.map(([line]) => line)
  expect(lines).toContain(
    'The package is not told where the wheels of TensorFlow\'s cpu build are: pip is not on this machine. "anneal builds fetch cpu" of this package will need --mirror.\n',
  )
})

const wheel: VersionedWheel = {
  name: 'a',
  version: '1',
  file: 'a-1-py3-none-any.whl',
  bytes: 1,
  sha256: 'f'.repeat(64),
}
const report = (url: string, hash?: string) => ({ install: [{ download_info: { url, archive_info: { hash } } }] })
const right = `sha256=${wheel.sha256}`

it.each([
  [
    'another file',
    report('https://b.test/a-1-py3-none-win32.whl', right),
    /gives a-1-py3-none-win32\.whl in place of a-1/,
  ],
  ['another checksum', report(`https://b.test/${wheel.file}`, `sha256=${'0'.repeat(64)}`), /does not have the pinned/],
  ['no checksum', report(`https://b.test/${wheel.file}`), /does not have the pinned checksum/],
  ['no https', report(`http://b.test/${wheel.file}`, right), /is on an index without https/],
  ['nothing', { install: [] }, /is not understood/],
  ['another form', 'pip', /is not understood/],
])('takes no report of %s', (_, given, sentence) => {
  expect(() => addressIn(given, wheel)).toThrow(sentence)
})
