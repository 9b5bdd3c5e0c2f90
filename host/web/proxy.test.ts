import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '../../shared/rpc/connect.ts'
import { webSocketPort } from '../../shared/rpc/web-socket-port.ts'
import { openProxy } from '../../tests/fixtures/proxy.ts'
import { get, openWebHost, upgrade } from '../../tests/fixtures/web-host.ts'

const name = 'lab.example'

/** As a browser asks the proxy for it. */
const browser = { host: name, origin: `https://${name}` }

/** Lets a browser in by the token, follows where that leads, and takes all that a page takes. */
async function use(port: number, prefix: string, search: string) {
  const proxy = `127.0.0.1:${port}`
  const start = `${prefix}/${search}`
  const answer = await get(proxy, start, { host: name })
  const { pathname } = new URL(answer.headers.location!, `https://${name}${start}`)
  const [pair, ...attributes] = answer.headers['set-cookie']![0]!.split('; ')
  const headers = { host: name, cookie: pair! }
  const page = await get(proxy, pathname, headers)
  const script = await get(proxy, `${pathname}assets/main-123.js`, headers)
  const socket = new WebSocket(`ws://${proxy}${pathname}rpc`, { headers: { ...headers, ...browser } })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const { remote } = connect<{ double(values: Float64Array): Float64Array }, object>(webSocketPort(socket), {})
  const doubled = await remote.double(Float64Array.of(21))
  socket.close()
  const images = await upgrade(`ws://${proxy}${pathname}images`, { ...headers, ...browser })
  return { pathname, attributes, page: page.body, script: script.body, doubled: [...doubled], images }
}

const used = { page: '<title>Anneal</title>', script: 'start()', doubled: [42], images: 101 }

describe('behind a reverse proxy', () => {
  it.each(['/anneal', '/tools/anneal'])('that keeps the path, all lies below --base-path %s', async (prefix) => {
    const { web } = await openWebHost({ basePath: prefix, allowHosts: [name] })
    const port = await openProxy({ to: web.port, prefix })
    const { search } = new URL(web.link)
    expect(await use(port, prefix, search)).toMatchObject({ ...used, pathname: `${prefix}/` })
  })

  it('that takes the path away, no base path is needed', async () => {
    const { web } = await openWebHost({ allowHosts: [name] })
    const port = await openProxy({ to: web.port, prefix: '/anneal', strip: true })
    const { search } = new URL(web.link)
    expect(await use(port, '/anneal', search)).toMatchObject({ ...used, pathname: '/anneal/' })
  })

  it('that keeps the path, the page is found from the path without its slash', async () => {
    const { web } = await openWebHost({ basePath: '/anneal', allowHosts: [name] })
    const port = await openProxy({ to: web.port, prefix: '' })
    const answer = await get(`127.0.0.1:${port}`, '/anneal', { host: name })
    expect(new URL(answer.headers.location!, `https://${name}/anneal`).href).toBe(`https://${name}/anneal/`)
  })

  it('whose name is not allowed, it says which name that is, and the option', async () => {
    const told: string[] = []
    const { web } = await openWebHost({ basePath: '/anneal', onRefused: (reason) => void told.push(reason) })
    const port = await openProxy({ to: web.port, prefix: '/anneal' })
    const answer = await get(`127.0.0.1:${port}`, '/anneal/', { host: `${name}:8443` })
    expect(answer).toMatchObject({
      status: 403,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    })
    expect(answer.body).toContain('not known as "lab.example"')
    expect(answer.body).toContain('"anneal serve --allow-host lab.example"')
    expect(told).toEqual([answer.body.trimEnd()])
  })

  it('that puts its own Host header there, lines are refused with the reason', async () => {
    const told: string[] = []
    const { web, cookieOf, served } = await openWebHost({
      allowHosts: [name],
      onRefused: (reason) => void told.push(reason),
    })
    const port = await openProxy({ to: web.port, prefix: '', ownHost: true })
    const headers = { cookie: await cookieOf(), ...browser }
    expect(await upgrade(`ws://127.0.0.1:${port}/rpc`, headers)).toBe(403)
    expect(told).toEqual([expect.stringContaining('pass on the Host header as the browser sent it')])
    expect(told[0]).not.toContain('--allow-host')
    expect(served()).toBe(0)
  })

  it('that passes no WebSockets on, that is said', async () => {
    const told: string[] = []
    const { web, cookieOf } = await openWebHost({ allowHosts: [name], onRefused: (reason) => void told.push(reason) })
    const port = await openProxy({ to: web.port, prefix: '', noUpgrade: true })
    expect(await upgrade(`ws://127.0.0.1:${port}/rpc`, { cookie: await cookieOf(), ...browser })).toBe(426)
    expect(told).toEqual([expect.stringContaining('the headers Upgrade and Connection')])
  })
})

describe('a name that is allowed opens no other way in', () => {
  const allowing = () => openWebHost({ allowHosts: [name, '[fd00::1]'] })

  it('by what proxies say of whom they were asked', async () => {
    const { base, cookieOf } = await allowing()
    const cookie = await cookieOf()
    for (const header of ['x-forwarded-host', 'x-host', 'x-original-host', 'forwarded'])
      for (const value of [name, `host=${name}`, '127.0.0.1'])
        expect((await get(base, '/', { cookie, host: 'evil.example', [header]: value })).status).toBe(403)
    // Nor does one of them shut anybody out.
    expect((await get(base, '/', { cookie, 'x-forwarded-host': 'evil.example' })).status).toBe(200)
  })

  it('by names that have it in them', async () => {
    const { base, cookieOf } = await allowing()
    const cookie = await cookieOf()
    for (const host of [
      `evil.${name}`,
      `${name}.evil.example`,
      `${name}.`,
      `x@${name}`,
      `${name}:80:80`,
      `${name}:x`,
      '[fd00::1',
      'fd00::1',
      '[fd00::2]',
    ])
      expect([host, (await get(base, '/', { cookie, host })).status]).toEqual([host, 403])
    for (const host of [name, `${name}:8443`, 'LAB.example', '[fd00::1]', '[fd00::1]:80'])
      expect([host, (await get(base, '/', { cookie, host })).status]).toEqual([host, 200])
  })

  it('by the origin of another scheme, port or name', async () => {
    const { base, cookieOf } = await allowing()
    const cookie = await cookieOf()
    const status = async (host: string, origin: string) => (await get(base, '/', { cookie, host, origin })).status
    for (const [host, origin] of [
      [name, `https://${name}`],
      [name, `http://${name}`],
      [`${name}:443`, `https://${name}`],
      [`${name}:8443`, `https://${name}:8443`],
      ['[fd00::1]:8443', 'https://[fd00::1]:8443'],
    ] as const)
      expect([host, origin, await status(host, origin)]).toEqual([host, origin, 200])
    for (const [host, origin] of [
      [name, `https://${name}:8443`],
      [`${name}:8443`, `https://${name}`],
      [`${name}:443`, `http://${name}`],
      [name, `ftp://${name}`],
      [name, `https://${name}.evil.example`],
      [name, `https://evil.example/${name}`],
      [name, 'null'],
      ['127.0.0.1', `https://${name}`],
    ] as const)
      expect([host, origin, await status(host, origin)]).toEqual([host, origin, 403])
  })

  it('by a target that is a whole address: both its name and the header count', async () => {
    const { base, cookieOf } = await allowing()
    const headers = { cookie: await cookieOf(), host: base }
    expect((await get(base, `http://${base}/`, headers)).status).toBe(200)
    expect((await get(base, 'http://evil.example/', headers)).status).toBe(403)
    expect((await get(base, `http://${base}/`, { ...headers, host: 'evil.example' })).status).toBe(403)
    expect((await get(base, `http://${name}@evil.example/`, headers)).status).toBe(403)
    expect((await get(base, `ftp://${base}/`, headers)).status).toBe(403)
  })
})

describe('what a stranger chose', () => {
  it.each([
    ['a<script>alert(1)</script>', /"a\?script\?alert\?1\?\?\/script\?"/],
    ['a" --new-token; b.example', /"a\?\?--new-token\?\?b.example"/],
    ['\u00e9vil\u0080\u009b31m', /"\?+vil\?+31m"/],
    [`${'a'.repeat(5000)}.example`, /"a{80}\.\.\."/],
  ])('is only a name in an answer: %j', async (host, shown) => {
    const { base } = await openWebHost()
    const latin = Buffer.from(host, 'utf8').toString('latin1')
    const { status, body, headers } = await get(base, '/', { host: latin })
    expect(status).toBe(403)
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(body).toMatch(shown)
    expect(body).toContain('--allow-host NAME')
    expect(body.length).toBeLessThan(600)
    const foreign = await get(base, '/', { origin: `http://${latin}` })
    expect(foreign.status).toBe(403)
    expect(foreign.body).not.toMatch(/[<>\u0080-\uffff]/)
    expect(foreign.body.length).toBeLessThan(800)
  })
})
