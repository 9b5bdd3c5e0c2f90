import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { get as httpGet } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { webSocketPort } from '../../shared/rpc/web-socket-port.ts'
import type { WorkbenchCalls, WorkbenchEvents } from '../../shared/contract/workbench.ts'
import { connect } from '../../shared/rpc/connect.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { runCli, startCli } from '../fixtures/run-cli.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

const WAIT = { timeout: 60_000, interval: 50 }

async function serve() {
  const folder = temporaryFolder()
  const home = join(folder, 'home')
  const root = await makeTinyDataset(join(folder, 'halves'))
  await runCli(home, 'datasets', 'add', 'halves', root)
  // A home without this folder is new, and gets a first run.
  mkdirSync(join(home, 'runs'))
  return { home, ...(await start(home, '--port', '0')) }
}

async function start(home: string, ...options: string[]) {
  const cli = startCli(home, 'serve', ...options, '--json')
  let stdout = ''
  cli.child.stdout!.on('data', (text: string) => (stdout += text))
  await expect.poll(() => stdout, WAIT).toContain('\n')
  return { cli, url: new URL((JSON.parse(stdout) as { link: string }).link) }
}

/** Connects as a browser does: the link, its cookie, the socket. */
async function connectPage(url: URL, events: Partial<WorkbenchEvents> = {}) {
  const answer = await fetch(url, { redirect: 'manual' })
  const cookie = answer.headers.get('set-cookie')!.split(';')[0]!
  const socket = new WebSocket(`ws://${url.host}/rpc`, { headers: { cookie, origin: url.origin } })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return {
    socket,
    cookie,
    remote: connect<WorkbenchCalls, Partial<WorkbenchEvents>>(webSocketPort(socket), events).remote,
  }
}

const recipe = parseRecipe({
  model: { architecture: 'resnet8' },
  data: {
    dataset: 'halves',
    imageSize: 24,
    evaluationResize: 24,
    channels: 1,
    mean: [128],
    std: [64],
    batchSize: 9,
    evaluationBatchSize: 16,
  },
  schedule: { epochs: 100_000 },
  run: { checkpointEvery: 100_000, evaluateEvery: 100_000, logEvery: 1 },
})

describe('anneal serve', () => {
  it('trains on while no page is there; a page that comes back misses no point; Ctrl-C saves a checkpoint', async () => {
    const { home, cli, url } = await serve()
    const first = await connectPage(url)
    expect(await first.remote.welcome()).toMatchObject({ home, surface: 'browser' })
    const { id } = await first.remote.startRun(recipe)
    const stepsOf = async (remote: typeof first.remote, cursor: string) => {
      const chunk = await remote.readMetrics(id, cursor)
      return { next: chunk.next, steps: [...(chunk.series.find(({ metric }) => metric === 'loss')?.steps ?? [])] }
    }
    await expect.poll(async () => (await stepsOf(first.remote, '')).steps.length, WAIT).toBeGreaterThan(2)
    const before = await stepsOf(first.remote, '')
    first.socket.terminate()

    const grown: number[] = []
    const second = await connectPage(url, { metricsGrew: (_, bytes) => void grown.push(bytes) })
    await expect.poll(() => grown.length, WAIT).toBeGreaterThan(1)
    const after = await stepsOf(second.remote, before.next)
    const steps = [...before.steps, ...after.steps]
    expect(steps).toEqual(steps.map((_, i) => i + 1))

    cli.child.kill('SIGINT')
    expect(await cli.result).toMatchObject({
      status: 0,
      stderr: expect.stringContaining(`Saving a checkpoint of ${id}`) as string,
    })
    const folder = join(home, 'runs', id)
    const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord
    expect(record.status).toBe('stopped')
    expect(readdirSync(join(folder, 'checkpoints'))).toEqual([`step-${record.step}`])
    expect(existsSync(join(home, 'queue.owner'))).toBe(false)
  })

  it('ends at once at a second signal; the run ends by itself and can be resumed', async () => {
    const { home, cli, url } = await serve()
    const { remote } = await connectPage(url)
    const { id } = await remote.startRun(recipe)
    await expect.poll(async () => (await remote.readMetrics(id, '')).series.length, WAIT).toBeGreaterThan(0)
    cli.child.kill('SIGINT')
    await expect.poll(() => cli.stderr(), WAIT).toContain('Saving')
    cli.child.kill('SIGINT')
    const { status } = await cli.result
    // The first one may be through before the second arrives.
    expect([0, 130]).toContain(status)
    // A process that was killed takes its time to be gone.
    const statusOf = async () =>
      (JSON.parse((await runCli(home, 'runs', 'show', id, '--json')).stdout) as RunRecord).status
    await expect.poll(statusOf, WAIT).toMatch(/^(interrupted|stopped)$/)
  })

  it('keeps its link and lets an open page in again after a restart, unless another token is asked for', async () => {
    const { home, cli, url } = await serve()
    const { cookie } = await connectPage(url)
    cli.child.kill('SIGINT')
    await cli.result

    const again = await start(home, '--port', url.port)
    expect(again.url.href).toBe(url.href)
    const socket = new WebSocket(`ws://${url.host}/rpc`, { headers: { cookie, origin: url.origin } })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    again.cli.child.kill('SIGINT')
    await again.cli.result

    const renewed = await start(home, '--port', url.port, '--new-token')
    expect(renewed.url.href).not.toBe(url.href)
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(403)
    expect((await fetch(url.origin, { headers: { cookie } })).status).toBe(401)
  })

  it('lies below a base path, and says once which name it was asked for that it does not know', async () => {
    const home = temporaryFolder()
    mkdirSync(join(home, 'runs'))
    const options = ['--base-path', '/anneal/', '--allow-host', 'Lab.example', '--allow-host', '[fd00::1]']
    const { cli, url } = await start(home, '--port', '0', ...options)
    expect(url.pathname).toBe('/anneal/')
    const status = (host: string) =>
      new Promise((resolve, reject) =>
        httpGet(url, { headers: { host } }, (response) => resolve(response.resume().statusCode)).on('error', reject),
      )
    expect(await status('lab.example')).toBe(303)
    expect(await status('[fd00::1]:8443')).toBe(303)
    for (let i = 0; i < 3; i++) expect(await status('other.example')).toBe(403)
    cli.child.kill('SIGINT')
    const { stderr } = await cli.result
    expect(stderr.match(/Refused: .*"other\.example".* --allow-host other\.example/g)).toHaveLength(1)
  })

  it('tells a screen of refusals and no more', async () => {
    const home = temporaryFolder()
    mkdirSync(join(home, 'runs'))
    const { cli, url } = await start(home, '--port', '0')
    for (let i = 0; i < 40; i++)
      await new Promise((resolve, reject) =>
        httpGet(url, { headers: { host: `n${i}.example` } }, (response) => resolve(response.resume())).on(
          'error',
          reject,
        ),
      )
    cli.child.kill('SIGINT')
    const lines = (await cli.result).stderr.split('\n').filter((line) => line.startsWith('Refused: '))
    expect(lines).toHaveLength(20)
    expect(lines.at(-1)).toMatch(/Further refusals are not told\.$/)
  })

  it.each([
    [['--base-path', 'anneal'], '--base-path must begin with a slash'],
    [['--base-path', '/a/../b'], '--base-path must begin with a slash'],
    [['--allow-host', 'lab.example', '--allow-host', '*.example'], '--allow-host must be one host name'],
    [['--allow-host', 'lab.example:443'], '--allow-host must be one host name'],
  ])('refuses %j', async (args, sentence) => {
    const { status, stderr } = await runCli(temporaryFolder(), 'serve', ...args)
    expect(status).toBe(2)
    expect(stderr).toContain(sentence)
  })

  it.each([
    ['--port', 'many'],
    ['--port', '70000'],
  ])('refuses %s %s', async (...args) => {
    const { status, stderr } = await runCli(temporaryFolder(), 'serve', ...args)
    expect(status).toBe(2)
    expect(stderr).toContain('--port must be a number from 0 to 65535')
  })
})
