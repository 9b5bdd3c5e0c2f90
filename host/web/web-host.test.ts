import { connect as connectSocket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { get, openWebHost, upgrade } from '../../tests/fixtures/web-host.ts'
import { UsageError } from '../../shared/errors.ts'
import { connect } from '../../shared/rpc/connect.ts'
import { newPacking } from '../../shared/rpc/packing.ts'
import { isToken, newToken } from './access-token.ts'
import { WebHost } from './web-host.ts'
import { webSocketPort } from '../../shared/rpc/web-socket-port.ts'

describe('the way in', () => {
  it('trades the token for a cookie that scripts cannot read, and takes it out of the address', async () => {
    const { web, base } = await openWebHost()
    const token = new URL(web.link).searchParams.get('token')!
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const answer = await get(base, `/?token=${token}`)
    expect(answer.status).toBe(303)
    expect(answer.headers.location).toBe('./')
    const [cookie] = answer.headers['set-cookie']!
    expect(cookie).toMatch(new RegExp(`^anneal-${web.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`))
    expect(cookie).not.toContain(token)
    expect(answer.headers['referrer-policy']).toBe('no-referrer')
  })

  it('is closed without the token, with a wrong one, and with a wrong cookie', async () => {
    const { web, base } = await openWebHost()
    expect((await get(base, '/')).status).toBe(401)
    expect((await get(base, `/?token=${newToken()}`)).status).toBe(403)
    expect((await get(base, '/?token=')).status).toBe(403)
    expect((await get(base, '/', { cookie: `anneal-${web.port}=${newToken()}` })).status).toBe(401)
    // The token itself is no cookie.
    expect(
      (await get(base, '/', { cookie: `anneal-${web.port}=${new URL(web.link).searchParams.get('token')}` })).status,
    ).toBe(401)
    expect((await get(base, '/assets/main-123.js')).status).toBe(401)
  })

  it('answers no other method', async () => {
    const { base, cookieOf } = await openWebHost()
    expect((await get(base, '/', { cookie: await cookieOf() }, 'POST')).status).toBe(405)
  })
})

describe('what comes from elsewhere is refused', () => {
  it('by the name it was made to: any port, but no foreign name', async () => {
    const { base, cookieOf } = await openWebHost()
    const cookie = await cookieOf()
    expect((await get(base, '/', { cookie, host: 'evil.example' })).status).toBe(403)
    expect((await get(base, '/', { cookie, host: `127.0.0.1.evil.example:${base.split(':')[1]}` })).status).toBe(403)
    expect((await get(base, '/', { cookie, host: 'localhost:9999' })).status).toBe(200)
  })

  it('by the page it was made from', async () => {
    const { base, cookieOf } = await openWebHost()
    const cookie = await cookieOf()
    expect((await get(base, '/', { cookie, origin: 'http://evil.example' })).status).toBe(403)
    expect((await get(base, '/', { cookie, origin: 'null' })).status).toBe(403)
    expect((await get(base, '/', { cookie, origin: `http://localhost:${base.split(':')[1]}` })).status).toBe(403)
    expect((await get(base, '/', { cookie, origin: `http://${base}` })).status).toBe(200)
  })

  it.each(['/rpc', '/images'])('before an upgrade of %s', async (path) => {
    const { base, cookieOf, served } = await openWebHost()
    const cookie = await cookieOf()
    const [url, origin] = [`ws://${base}${path}`, `http://${base}`]
    expect(await upgrade(url, { origin })).toBe(401)
    expect(await upgrade(url, { origin, cookie: cookie.slice(0, -1) })).toBe(401)
    expect(await upgrade(url, { cookie })).toBe(403)
    expect(await upgrade(url, { cookie, origin: 'http://evil.example' })).toBe(403)
    expect(await upgrade(url, { cookie, origin: 'http://evil.example', host: 'evil.example' })).toBe(403)
    expect(await upgrade(`ws://${base}/other`, { cookie, origin })).toBe(400)
    expect(served()).toBe(0)
    expect(await upgrade(url, { cookie, origin })).toBe(101)
    expect(served()).toBe(1)
  })

  it('and keeps the cookie to itself where it hands a socket over', async () => {
    const { base, cookieOf, handed } = await openWebHost()
    await upgrade(`ws://${base}/images`, { cookie: await cookieOf(), origin: `http://${base}` })
    expect(handed).toEqual([expect.objectContaining({ upgrade: 'websocket', 'sec-websocket-version': '13' })])
    expect(Object.keys(handed[0]!)).not.toContain('cookie')
  })
})

describe('files', () => {
  it('are those of the page, with a policy that lets nothing else in', async () => {
    const { base, cookieOf } = await openWebHost()
    const cookie = await cookieOf()
    const page = await get(base, '/', { cookie })
    expect(page).toMatchObject({ status: 200, body: '<title>Anneal</title>' })
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    })
    const policy = page.headers['content-security-policy'] as string
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(await get(base, '/runs/some-run', { cookie })).toMatchObject({ status: 303, headers: { location: '../' } })
    expect(await get(base, '/assets/main-123.js', { cookie })).toMatchObject({
      status: 200,
      body: 'start()',
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
    })
    expect(await get(base, '/', { cookie }, 'HEAD')).toMatchObject({ status: 200, body: '' })
  })

  it.each([
    '/../outside.html',
    '/assets/../../outside.html',
    '/%2e%2e/outside.html',
    '/..%2foutside.html',
    '/link.html',
    '/secret.key',
    '/assets',
    '/%00.html',
    '/%zz',
    '/missing.js',
  ])('outside of it, or none of its kinds, do not exist: %s', async (path) => {
    const { base, cookieOf } = await openWebHost()
    const { status, body } = await get(base, path, { cookie: await cookieOf() })
    expect(body).not.toMatch(/outside|secret|start/)
    expect(status).toBe(path === '/assets' ? 303 : 404)
  })

  it('that have not been built are said to be so', async () => {
    const { base, cookieOf } = await openWebHost({ build: false })
    expect(await get(base, '/', { cookie: await cookieOf() })).toMatchObject({
      status: 503,
      body: expect.stringContaining('has not been built') as string,
    })
  })
})

describe('a connection', () => {
  async function connected() {
    const { base, cookieOf } = await openWebHost()
    const socket = new WebSocket(`ws://${base}/rpc`, {
      headers: { cookie: await cookieOf(), origin: `http://${base}` },
    })
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
    return socket
  }

  it('carries typed arrays', async () => {
    const socket = await connected()
    const { remote } = connect<{ double(values: Float64Array): Float64Array }, object>(webSocketPort(socket), {})
    expect(await remote.double(Float64Array.of(1.5, NaN))).toEqual(Float64Array.of(3, NaN))
  })

  it.each([
    ['text', 'hello'],
    ['what cannot be unpacked', Buffer.of(0x93, 1)],
  ])('ends at %s', async (_, message) => {
    const socket = await connected()
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    socket.send(message)
    expect(await closed).toBe(1003)
  })

  it('passes over what is no message of ours, and answers the next that is', async () => {
    const socket = await connected()
    const strange = [
      { t: 's', i: 'x', e: null },
      { t: 's', i: 'x', e: { name: null } },
      { t: 'q', m: 'double', a: null, i: 'x' },
      { t: 'q', m: ['double'], a: [], i: 'x' },
      { t: 'q' },
      null,
      'hello',
    ]
    for (const message of strange) socket.send(newPacking().pack(message))
    const { remote } = connect<{ double(values: Float64Array): Float64Array }, object>(webSocketPort(socket), {})
    expect(await remote.double(Float64Array.of(2))).toEqual(Float64Array.of(4))
  })

  it('ends at a message that is too long', async () => {
    const socket = await connected()
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    socket.on('error', () => undefined)
    socket.send(Buffer.alloc(5 * 1024 ** 2))
    expect(await closed).toBe(1009)
  })
})

it('closes connections that do not say what they want', { timeout: 40_000 }, async () => {
  const { base } = await openWebHost()
  const [host, port] = base.split(':')
  const begun = ['', 'GET / HT', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '].flatMap((start) =>
    Array.from({ length: 100 }, () => {
      const socket = connectSocket(Number(port), host)
      socket.on('error', () => undefined)
      if (start) socket.write(start)
      return new Promise((resolve) => socket.on('close', resolve).resume())
    }),
  )
  expect((await get(base, '/')).status).toBe(401)
  await Promise.all(begun)
})

it('survives what is no HTTP', async () => {
  const { base } = await openWebHost()
  const [host, port] = base.split(':')
  const socket = connectSocket(Number(port), host)
  socket.write('nonsense\r\n\r\n')
  await new Promise((resolve) => socket.on('close', resolve).resume())
  expect((await get(base, '/')).status).toBe(401)
})

it('says what is wrong with a port or an address', async () => {
  const { web } = await openWebHost()
  const options = { pages: '/nowhere', token: newToken(), serve: () => undefined, serveImages: () => undefined }
  await expect(WebHost.listen({ ...options, address: '127.0.0.1', port: web.port })).rejects.toThrow(
    new UsageError(`Port ${web.port} is in use on 127.0.0.1; choose another with --port.`),
  )
  await expect(WebHost.listen({ ...options, address: '192.0.2.1', port: 0 })).rejects.toThrow(
    /is no address of this machine/,
  )
})

it('compares tokens as a whole', () => {
  expect(isToken('abc', 'abc')).toBe(true)
  for (const wrong of [undefined, '', 'ab', 'abcd', 'ABC']) expect(isToken(wrong, 'abc')).toBe(false)
  expect(isToken(undefined, '')).toBe(false)
  expect(newToken()).not.toBe(newToken())
})
