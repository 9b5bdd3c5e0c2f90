import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import { Home, Workbench } from '../../host/workbench.ts'
import { checkedCalls } from '../../shared/contract/calls.ts'
import type { BuildsState } from '../../shared/contract/settings.ts'
import { workbenchCalls } from '../../shared/contract/workbench.ts'
import { RunError, StorageError, TensorFlowLibraryError, UsageError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { exclusively } from '../../storage/exclusively.mjs'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

const WAIT = { timeout: 60_000, interval: 20 }

/** A host of a new home, with a cache of its own that has no builds. */
function openHost({ ownCache = true } = {}) {
  const cache = temporaryFolder()
  if (ownCache) vi.stubEnv('XDG_CACHE_HOME', cache)
  const home = temporaryFolder()
  const workbench = new Workbench(new Home(home))
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  const told: [string, ...unknown[]][] = []
  host.listen((name, ...args) => void told.push([name, ...args]))
  onTestFinished(async () => {
    host.kill()
    await host.close()
    vi.unstubAllEnvs()
  })
  const states = () => told.filter(([name]) => name === 'buildsChanged').map(([, state]) => state as BuildsState)
  return { home, cache: join(cache, 'anneal'), workbench, calls: host.calls, told, states }
}

describe('settings', () => {
  it('are those of a new home until some are changed; then all pages are told, and they stay', async () => {
    const { home, calls, told } = openHost()
    const first = { build: 'auto', threads: 0, notifications: true, updates: { on: false, feed: '' } }
    expect(await calls.readSettings()).toEqual(first)
    const changed = { ...first, threads: 3, notifications: false }
    expect(await calls.changeSettings({ threads: 3, notifications: false })).toEqual(changed)
    expect(told).toContainEqual(['settingsChanged', changed])
    expect(new Workbench(new Home(home)).settings.read()).toEqual(changed)
  })

  it('that are none are refused, and the file is as it was', async () => {
    const { home, calls } = openHost()
    await calls.changeSettings({ threads: 2 })
    const before = readFileSync(join(home, 'settings.json'), 'utf8')
    const bad = [
      { threads: -1 },
      { threads: 1.5 },
      { build: 'gpu' },
      { colour: 'red' },
      { updates: { on: true, feed: 'ftp://a' } },
    ]
    // As a page's messages arrive.
    const { changeSettings } = checkedCalls(workbenchCalls, calls)
    for (const change of bad) await expect(changeSettings!(change)).rejects.toThrow(UsageError)
    expect(readFileSync(join(home, 'settings.json'), 'utf8')).toBe(before)
  })

  it('in a damaged file are told of, not replaced', async () => {
    const { home, calls } = openHost()
    writeFileSync(join(home, 'settings.json'), '{"threads":')
    await expect(calls.readSettings()).rejects.toThrow(/settings\.json is damaged.*choose them again/)
    await expect(calls.changeSettings({ threads: 2 })).rejects.toThrow(StorageError)
    expect(readFileSync(join(home, 'settings.json'), 'utf8')).toBe('{"threads":')
  })
})

describe('fetching a build for a page', () => {
  /** Sends the first bytes of whatever is asked for, and no more. */
  async function slowServer(bytes: number): Promise<string> {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000000000' })
      response.write(Buffer.alloc(bytes, 7))
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close().closeAllConnections())
    await new Promise((resolve) => server.once('listening', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  it('tells how far it is, is stopped, and keeps what has come', async () => {
    const { cache, calls, states } = openHost()
    await calls.fetchBuild('cpu', { mirror: await slowServer(30_000) })
    await vi.waitFor(() => expect(states().at(-1)?.fetching?.progress?.done).toBe(30_000), WAIT)
    await expect(calls.fetchBuild('cpu', {})).rejects.toThrow(UsageError)
    await expect(calls.removeBuild('cpu')).rejects.toThrow(/being fetched/)
    await expect(calls.clearCache('downloads')).rejects.toThrow(/being fetched/)
    await calls.stopFetching()
    await vi.waitFor(() => expect(states().at(-1)).not.toHaveProperty('fetching'), WAIT)
    expect(states().at(-1)).not.toHaveProperty('failure')

    const folder = join(cache, 'tensorflow')
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/-cpu\.parts$/)])
    const { caches } = await calls.describeStorage()
    expect(caches.find(({ name }) => name === 'downloads')).toMatchObject({ folder, bytes: 30_000 })
    expect(await calls.clearCache('downloads')).toBe(30_000)
    expect(readdirSync(folder)).toEqual([])
  })

  it('fails with a sentence that stays until the next try', async () => {
    const { calls, states } = openHost()
    await expect(calls.fetchBuild('cpu', { mirror: '/nowhere' })).rejects.toThrow(TensorFlowLibraryError)
    expect(await calls.listBuilds()).not.toHaveProperty('fetching')
    await calls.fetchBuild('cpu', { mirror: temporaryFolder() })
    await vi.waitFor(() => expect(states().at(-1)?.failure?.sentence).toMatch(/does not hold tensorflow.*\.whl/), WAIT)
    expect((await calls.listBuilds()).failure).toMatchObject({ name: 'cpu' })
    await calls.fetchBuild('cpu', { mirror: await slowServer(10) })
    expect(await calls.listBuilds()).not.toHaveProperty('failure')
    await calls.stopFetching()
  })
})

describe('caches', () => {
  it('are looked at without a home being made', async () => {
    const home = join(temporaryFolder(), 'none')
    expect((await new Workbench(new Home(home)).caches.describe()).freeBytes).toBeGreaterThan(0)
    expect(existsSync(home)).toBe(false)
  })

  it('are measured and cleared, with what an interrupted deletion left', async () => {
    const { home, cache, calls } = openHost()
    const pixels = join(home, 'cache', 'pixels')
    for (const folder of [join(pixels, 'a'), `${pixels}.deleted`, join(cache, 'cuda', '0')]) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'x'), Buffer.alloc(1000))
    }
    mkdirSync(join(home, 'runs', 'kept'), { recursive: true })
    const sizes = async () =>
      Object.fromEntries((await calls.describeStorage()).caches.map(({ name, bytes }) => [name, bytes]))
    expect(await sizes()).toEqual({ pixels: 2000, indexes: 0, metrics: 0, kernels: 1000, downloads: 0 })
    expect(await calls.clearCache('pixels')).toBe(2000)
    expect(readdirSync(join(home, 'cache'))).toEqual([])
    expect(await calls.clearCache('pixels')).toBe(0)
    expect(await sizes()).toMatchObject({ pixels: 0, kernels: 1000 })
    expect(existsSync(join(home, 'runs', 'kept'))).toBe(true)
  })

  it('are left alone while another program fetches into them', async () => {
    const { cache, calls } = openHost()
    const build = join(cache, 'tensorflow', '2.21.0-cpu')
    mkdirSync(`${build}.parts`, { recursive: true })
    await exclusively(`tensorflow ${build}`, () =>
      expect(calls.clearCache('downloads')).rejects.toThrow(/is being fetched now/),
    )
    expect(existsSync(`${build}.parts`)).toBe(true)
  })

  it('are not cleared while a run is at work, and no build is deleted', async () => {
    const { home, workbench, calls } = openHost({ ownCache: false })
    await workbench.datasets.add('halves', await makeTinyDataset(join(home, 'halves')))
    const { id } = await calls.startRun(
      parseRecipe({
        model: { architecture: 'resnet8' },
        data: { dataset: 'halves', imageSize: 24, channels: 1, mean: [128], std: [64], batchSize: 9 },
        schedule: { epochs: 100_000 },
      }),
    )
    const status = async () => (await calls.listRuns()).find((run) => run.id === id)?.status
    await vi.waitFor(() => expect(workbench.runs.list().runs[0]?.status).toBe('running'), WAIT)
    await expect(calls.clearCache('indexes')).rejects.toThrow(RunError)
    await expect(calls.removeBuild('cpu')).rejects.toThrow(/is at work/)
    await calls.stopRun(id)
    await vi.waitFor(async () => expect(await status()).toBe('stopped'), WAIT)
    expect(await calls.clearCache('indexes')).toBeGreaterThan(0)
  })
})
