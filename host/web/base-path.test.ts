import { describe, expect, it } from 'vitest'
import { UsageError } from '../../shared/errors.ts'
import { get, openWebHost, upgrade } from '../../tests/fixtures/web-host.ts'
import { parseBasePath, wayInto, wayToPage } from './base-path.ts'

it.each([
  ['/', ''],
  ['/anneal', '/anneal'],
  ['/anneal/', '/anneal'],
  ['/tools/anneal-2_b.c~d', '/tools/anneal-2_b.c~d'],
])('%s is a base path', (text, path) => {
  expect(parseBasePath(text)).toBe(path)
})

it.each([
  '',
  'anneal',
  './anneal',
  '//',
  '/anneal//',
  '//anneal',
  '/tools//anneal',
  '/..',
  '/tools/../anneal',
  '/./anneal',
  '/anneal?x=1',
  '/anneal#x',
  '/an neal',
  '/anneal%2f',
  '/anneal;x',
  '/ännchen',
  '\\anneal',
  '/anneal\r\nX: y',
  'http://lab.example/anneal',
  `/${'a'.repeat(200)}`,
])('%j is refused', (text) => {
  expect(() => parseBasePath(text)).toThrow(UsageError)
  expect(() => parseBasePath(text)).toThrow(/^--base-path must begin with a slash/)
})

it.each(['/', '/runs/some-run', '//runs', '/a/b/c/', '/assets'])('the way from %s leads to the page', (path) => {
  for (const before of ['', '/anneal', '/tools/anneal'])
    expect(new URL(wayToPage(path), `http://here${before}${path}`).pathname).toBe(`${before}/`)
})

it.each(['/anneal', '/tools/anneal'])('the way into %s leads to the page', (path) => {
  expect(new URL(wayInto(path), `http://here${path}`).pathname).toBe(`${path}/`)
})

describe('below a base path', () => {
  const basePath = '/anneal'

  it('lies all: link, cookie, page, files and lines', async () => {
    const { web, base, cookieOf, served } = await openWebHost({ basePath })
    const { pathname, search } = new URL(web.link)
    expect(pathname).toBe('/anneal/')
    const answer = await get(base, `/anneal/${search}`)
    expect(answer).toMatchObject({ status: 303, headers: { location: './' } })
    expect(answer.headers['set-cookie']![0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/anneal\/$/)

    const cookie = await cookieOf()
    expect((await get(base, '/anneal/', { cookie })).body).toBe('<title>Anneal</title>')
    expect(await get(base, '/anneal/assets/main-123.js', { cookie })).toMatchObject({
      status: 200,
      body: 'start()',
      headers: { 'cache-control': 'private, max-age=31536000, immutable' },
    })
    expect(await get(base, '/anneal/runs/some-run', { cookie })).toMatchObject({ headers: { location: '../' } })
    for (const line of ['rpc', 'images'])
      expect(await upgrade(`ws://${base}/anneal/${line}`, { cookie, origin: `http://${base}` })).toBe(101)
    expect(served()).toBe(2)
  })

  it('is reached from the path without its slash, token and all', async () => {
    const { web, base } = await openWebHost({ basePath })
    const { search } = new URL(web.link)
    expect(await get(base, '/anneal')).toMatchObject({ status: 303, headers: { location: './anneal/' } })
    expect((await get(base, `/anneal${search}`)).headers.location).toBe(`./anneal/${search}`)
  })

  it.each([
    '/',
    '/?token=TOKEN',
    '/rpc',
    '/assets/main-123.js',
    '/anneal2/',
    '/Anneal/',
    '/%61nneal/',
    '/anneal%2f',
    '/anneal/../assets/main-123.js',
    '/anneal/%2e%2e/assets/main-123.js',
    '//anneal/',
    '//evil.example/anneal/',
    '/\\anneal/',
  ])('is told of where nothing is, to strangers too: %s', async (path) => {
    const { web, base, cookieOf } = await openWebHost({ basePath })
    const asked = path.replace('TOKEN', new URL(web.link).searchParams.get('token')!)
    for (const headers of [{}, { cookie: await cookieOf() }])
      expect(await get(base, asked, headers as Record<string, string>)).toMatchObject({
        status: 404,
        body: 'There is nothing here; this Anneal is below /anneal/.\n',
      })
  })

  it.each(['/rpc', '/images', '/anneal', '/anneal2/rpc', '//anneal/rpc'])(
    'are the only lines: not %s',
    async (path) => {
      const { base, cookieOf, served } = await openWebHost({ basePath })
      const headers = { cookie: await cookieOf(), origin: `http://${base}` }
      expect(await upgrade(`ws://${base}${path}`, headers)).toBe(path === '/anneal' ? 400 : 404)
      expect(served()).toBe(0)
    },
  )

  it.each([
    '/anneal/..%2foutside.html',
    '/anneal/link.html',
    '/anneal/secret.key',
    '/anneal/assets/..%2f..%2foutside.html',
  ])('nothing outside of the pages is read: %s', async (path) => {
    const { base, cookieOf } = await openWebHost({ basePath })
    expect(await get(base, path, { cookie: await cookieOf() })).toMatchObject({
      status: 404,
      body: 'There is nothing here.\n',
    })
  })

  it('strangers are kept out', async () => {
    const { base } = await openWebHost({ basePath })
    expect((await get(base, '/anneal/')).status).toBe(401)
    expect((await get(base, '/anneal/?token=wrong')).status).toBe(403)
    expect((await get(base, '/anneal/', { host: 'evil.example' })).status).toBe(403)
    expect(await upgrade(`ws://${base}/anneal/rpc`, { origin: `http://${base}` })).toBe(401)
  })
})
