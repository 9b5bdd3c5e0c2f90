import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { writeFeed } from '../../build/package/feed.ts'
import type { UpdateState } from '../../shared/contract/updates.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { addressIn, isNewer } from './feed.ts'
import { Updater, type UpdaterOptions } from './updater.ts'

const feedPath = '/latest-linux-x64.json'
const content = Buffer.alloc(300_000, 'a newer Anneal')
const entry = {
  kind: 'deb',
  file: 'anneal_0.2.0_amd64.deb',
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
}
const feedOf = (changes: object = {}, version = '0.2.0') =>
  JSON.stringify({
    version,
    packages: [
      { ...entry, ...changes },
      { ...entry, kind: 'tar.gz', file: 'anneal-0.2.0.tar.gz' },
    ],
  })

type Answers = Readonly<Record<string, string | Buffer | RequestListener>>

/** A feed on this machine; what it is not told of it has not got. */
async function feed(answers: Answers): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    const answer = answers[request.url!]
    if (typeof answer === 'function') return answer(request, response)
    response.writeHead(answer === undefined ? 404 : 200)
    response.end(answer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

function updater(changes: Partial<UpdaterOptions> = {}) {
  const folder = join(temporaryFolder(), 'updates')
  const installed: string[] = []
  const updates = new Updater({
    ...{ version: '0.1.0', kind: 'deb', platform: 'linux', arch: 'x64', folder },
    isAtWork: () => Promise.resolve(false),
    install: (file) => Promise.resolve(void installed.push(readFileSync(file, 'utf8'))),
    ...changes,
  })
  onTestFinished(() => updates.configure({ on: false, feed: '' }))
  const states: UpdateState[] = []
  updates.onChange((state) => states.push(state))
  const settled = () =>
    expect.poll(() => updates.state().state, { timeout: 30_000, interval: 5 }).not.toMatch(/^(checking|downloading)$/)
  const look = async (feed: string) => {
    updates.configure({ on: true, feed })
    await settled()
    return updates.state()
  }
  return { updates, folder, installed, states, look }
}

/** Looks, and fetches what there is. */
async function fetched(answers: Answers) {
  const all = { ...updater(), ...(await feed(answers)) }
  await all.look(all.address)
  await all.updates.download()
  return all
}

describe('updates', () => {
  it('ask nobody for anything until they are on and a feed is named', async () => {
    const { address, asked } = await feed({ [feedPath]: feedOf() })
    const { updates, states } = updater()
    for (const settings of [
      { on: false, feed: address },
      { on: true, feed: '' },
    ]) {
      updates.configure(settings)
      await updates.check()
      await updates.download()
      await updates.install()
      expect(updates.state()).toEqual({ state: 'off' })
    }
    expect(asked).toEqual([])
    expect(states.every(({ state }) => state === 'off')).toBe(true)
  })

  it('fetch a newer package, check it, and install it', async () => {
    const { updates, folder, installed, states, asked } = await fetched({
      [feedPath]: feedOf(),
      [`/${entry.file}`]: content,
    })
    expect(updates.state()).toEqual({ state: 'ready', version: '0.2.0' })
    expect(readFileSync(join(folder, entry.file)).equals(content)).toBe(true)
    await updates.install()
    expect(updates.state()).toEqual({ state: 'installed', version: '0.2.0' })
    expect(installed).toEqual([content.toString()])
    expect(readdirSync(folder)).toEqual([])
    expect(asked).toEqual([feedPath, `/${entry.file}`])
    expect([...new Set(states.map(({ state }) => state))]).toEqual([
      ...['off', 'checking', 'available', 'downloading', 'ready', 'installing', 'installed'],
    ])
  })

  it.each<[string, string | RequestListener | undefined, string]>([
    ['nothing there', undefined, 'answered 404'],
    ['a web page', '<!doctype html><title>Log in</title>', 'is not a feed of Anneal'],
    ['another JSON', '{"name":"anneal"}', 'is not a feed of Anneal'],
    ['a path that climbs out', feedOf({ file: '../../.bashrc' }), 'is not a feed of Anneal'],
    ['a file elsewhere', feedOf({ file: 'https://example.invalid/a.deb' }), 'is not a feed of Anneal'],
    ['a package without end', feedOf({ bytes: 1e15 }), 'is not a feed of Anneal'],
    ['a version that is none', feedOf({}, '0.2.0; rm'), 'is not a feed of Anneal'],
    ['another checksum', feedOf({ sha256: 'md5' }), 'is not a feed of Anneal'],
    ['a huge feed', Buffer.alloc(10_000_000, ' ').toString(), 'is too long for a feed'],
    ['no package of this kind', JSON.stringify({ version: '0.2.0', packages: [] }), 'but not as a deb'],
    [
      'an address that is not safe',
      (_, to) => void to.writeHead(302, { location: 'http://example.invalid/' }).end(),
      'is not asked for updates',
    ],
    [
      'a round of addresses',
      (_, to) => void to.writeHead(302, { location: feedPath }).end(),
      'leads from one address to the next',
    ],
    ['a broken line', ({ socket }) => void socket.destroy(), 'cannot be reached'],
  ])('say what is wrong with a feed that has %s', async (_, answer, words) => {
    const { address, asked } = await feed(answer === undefined ? {} : { [feedPath]: answer })
    const { look, folder } = updater()
    expect(await look(address)).toEqual({ state: 'failed', reason: expect.stringContaining(words) as string })
    expect(new Set(asked)).toEqual(new Set([feedPath]))
    expect(existsSync(folder)).toBe(false)
  })

  it.each<[string, string | Buffer | RequestListener, string]>([
    ['is cut', (_, to) => void to.writeHead(200).end(content.subarray(0, 1000)), 'ended after 1000 of 300000 bytes'],
    ['is another', Buffer.alloc(content.length, 'evil'), 'does not have the checksum'],
    ['is longer', Buffer.concat([content, content]), 'sends more than the 300000 bytes'],
    [
      'is a web page',
      (_, to) => void to.writeHead(200, { 'content-type': 'text/html' }).end('Log in'),
      'a web page in place',
    ],
  ])('have nothing to install where the package %s', async (_, answer, words) => {
    const { updates, folder, installed } = await fetched({ [feedPath]: feedOf(), [`/${entry.file}`]: answer })
    expect(updates.state()).toEqual({ state: 'failed', reason: expect.stringContaining(words) as string })
    expect(existsSync(join(folder, entry.file))).toBe(false)
    await updates.install()
    expect(installed).toEqual([])
  })

  it.each(['0.1.0', '0.0.9'])('leave a version alone that is not newer: %s', async (version) => {
    const { address } = await feed({ [feedPath]: feedOf({}, version) })
    expect(await updater().look(address)).toMatchObject({ state: 'current', version: '0.1.0' })
  })

  it.each([
    ['tar.gz' as const, 'unpack it in place of this folder'],
    [undefined, 'check out Anneal 0.2.0'],
  ])('say of a %s how a newer one is had, and fetch nothing', async (kind, words) => {
    const { address, asked } = await feed({ [feedPath]: feedOf() })
    const { updates, look } = updater({ kind })
    expect(await look(address)).toMatchObject({ state: 'available', advice: expect.stringContaining(words) as string })
    await updates.download()
    expect(asked).toEqual([feedPath])
  })

  it('never end a run', async () => {
    let isAtWork = true
    const { updates, installed, look } = updater({ isAtWork: () => Promise.resolve(isAtWork) })
    await look((await feed({ [feedPath]: feedOf(), [`/${entry.file}`]: content })).address)
    await updates.download()
    await updates.install()
    expect(updates.state()).toMatchObject({
      state: 'ready',
      reason: expect.stringContaining('A run is at work') as string,
    })
    isAtWork = false
    await updates.install()
    expect(installed.length).toBe(1)
  })

  it('install nothing that has changed on the disk, and keep one package at most', async () => {
    const { updates, folder, installed, look } = updater()
    mkdirSync(folder)
    writeFileSync(join(folder, 'anneal_0.1.5_amd64.deb'), 'of an earlier time')
    await look((await feed({ [feedPath]: feedOf(), [`/${entry.file}`]: content })).address)
    await updates.download()
    expect(readdirSync(folder)).toEqual([entry.file])
    writeFileSync(join(folder, entry.file), 'evil')
    await updates.install()
    expect(updates.state()).toEqual({
      state: 'failed',
      reason: expect.stringContaining('no longer what was fetched') as string,
    })
    expect(installed).toEqual([])
  })

  it('stop fetching when they are switched off', async () => {
    const slow: RequestListener = (_, to) =>
      void to.writeHead(200, { 'content-length': content.length }).write(content.subarray(0, 1000))
    const { updates, look } = updater()
    await look((await feed({ [feedPath]: feedOf(), [`/${entry.file}`]: slow })).address)
    void updates.download()
    await expect.poll(() => updates.state()).toMatchObject({ state: 'downloading', done: 1000 })
    updates.configure({ on: false, feed: '' })
    expect(updates.state()).toEqual({ state: 'off' })
  })

  it('take the feed that is written with the packages', async () => {
    const folder = temporaryFolder()
    const file = join(folder, entry.file)
    writeFileSync(file, content)
    const written = await writeFeed(folder, '0.2.0', [
      { kind: 'deb', file },
      { kind: 'AppImage', file },
    ])
    const { address } = await feed({ [feedPath]: readFileSync(written!), [`/${entry.file}`]: content })
    const { updates, look } = updater()
    await look(address)
    await updates.download()
    expect(updates.state()).toEqual({ state: 'ready', version: '0.2.0' })
    expect(await writeFeed(folder, '0.2.0', [])).toBeUndefined()
  })
})

it.each([
  ['0.2.0', '0.1.9', true],
  ['0.10.0', '0.9.0', true],
  ['1.0.0', '0.99.99', true],
  ['0.1.0', '0.1.0', false],
  ['0.1.9', '0.2.0', false],
])('tells whether %s is newer than %s', (version, than, expected) => {
  expect(isNewer(version, than)).toBe(expected)
})

it('asks over https alone, but on this machine', () => {
  expect(addressIn('https://example.org/anneal', 'a.json').href).toBe('https://example.org/anneal/a.json')
  expect(addressIn('http://localhost:80/', 'a.json').href).toBe('http://localhost/a.json')
  for (const feed of ['http://example.org', 'http://localhost.example.org', 'file:///tmp', 'data:,a'])
    expect(() => addressIn(feed, 'a.json')).toThrow('is not asked for updates')
  expect(() => addressIn('example', 'a.json')).toThrow('is not an address')
})
