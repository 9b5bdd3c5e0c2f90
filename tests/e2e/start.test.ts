import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildWindow } from '../fixtures/electron.ts'
import { asOrdinaryUser, hasOrdinaryUser, withoutNamespaces, withSharedMemory } from '../fixtures/ordinary-user.ts'
import { openDebugger, startAnneal, type Started } from '../fixtures/start.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { PATIENCE } from './workbench-flow.ts'

beforeAll(() => buildWindow())

const newHome = () => join(temporaryFolder(), 'home')
const DEBUGGED = '--remote-debugging-port=0'

/** The raw words that nobody should have to read. */
const raw = /FATAL|SUID|sandbox_host|No usable sandbox|X server|platform failed|GPU process/

/** The page is served to browsers, and one sentence has said why. */
async function expectServed({ child, stdout, stderr }: Started, reason: RegExp): Promise<void> {
  await expect.poll(stdout, PATIENCE).toMatch(/^The workbench is at http:.*\n/m)
  const [link] = /http:\S+/.exec(stdout())!
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(303)
  expect(stderr()).toMatch(reason)
  expect(stderr()).toContain('The workbench is served to a browser instead.')
  expect(stderr()).not.toMatch(raw)
  expect(child.exitCode).toBe(null)
}

const connected = (page: Page) => page.getByText('Connected', { exact: true }).waitFor({ timeout: PATIENCE.timeout })

async function processes(browser: Browser): Promise<{ type: string; id: number }[]> {
  const line = await browser.newBrowserCDPSession()
  const { processInfo } = await line.send('SystemInfo.getProcessInfo')
  await line.detach()
  return processInfo
}

/** What Linux says of the filter of system calls that the page's process is under. */
const FILTERED = '2'
async function filterOf(browser: Browser): Promise<string | undefined> {
  const page = (await processes(browser)).find(({ type }) => type === 'renderer')!
  return /^Seccomp:\s*(\d)$/m.exec(readFileSync(`/proc/${page.id}/status`, 'utf8'))?.[1]
}

describe.runIf(hasOrdinaryUser())('npm start of an ordinary user', () => {
  it('opens the window with its sandbox, and passes the switches of Chromium on', async () => {
    const started = await startAnneal(newHome(), asOrdinaryUser(), [DEBUGGED, '--force-device-scale-factor=2'])
    const { browser, page } = await openDebugger(started)
    await connected(page)
    expect(await page.evaluate(() => devicePixelRatio)).toBe(2)
    expect(await filterOf(browser)).toBe(FILTERED)
    expect(started.stderr()).not.toContain('without')
  })

  it('serves the page where user namespaces are forbidden, and never goes without the sandbox', async () => {
    const started = await startAnneal(newHome(), withoutNamespaces, ['--port', '0', '--disable-gpu'])
    await expectServed(started, /Chromium's sandbox cannot be had here, .*user\.max_user_namespaces/)
    expect(started.stderr()).toContain('--disable-gpu is only for the window.')
  })

  it('opens the window there without the sandbox for who asks for that, and says so', async () => {
    const started = await startAnneal(newHome(), withoutNamespaces, [DEBUGGED, '--no-sandbox'])
    const { browser, page } = await openDebugger(started)
    await connected(page)
    expect(await filterOf(browser)).not.toBe(FILTERED)
    expect(started.stderr()).toContain("without Chromium's sandbox, since that was asked for")
  })

  it.each(['size=1m,mode=1777', 'size=256m,mode=555'])('opens the window with a /dev/shm of %s', async (options) => {
    const started = await startAnneal(newHome(), withSharedMemory(options), [DEBUGGED])
    await connected((await openDebugger(started)).page)
    expect(started.stderr()).toMatch(/\/dev\/shm (has only 1 MiB|cannot be written), so Chromium shares memory/)
  })
})

it.each([[':4711'], ['nonsense']])('serves the page where the display %s cannot be opened', async (DISPLAY) => {
  const started = await startAnneal(newHome(), [], ['--port', '0'], { DISPLAY })
  await expectServed(started, new RegExp(`The display ${DISPLAY} cannot be opened\\.`))
})

it('a window whose drawing crashes again and again starts anew once and draws by itself', async () => {
  const started = await startAnneal(newHome(), [], [DEBUGGED])
  const { browser } = await openDebugger(started)
  const again = () => started.stderr().split('DevTools listening on').length > 2
  while (!again()) {
    const drawing = (await processes(browser).catch(() => [])).find(({ type }) => type === 'GPU')
    if (drawing) kill(drawing.id)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const second = started.stderr().slice(started.stderr().lastIndexOf('DevTools listening on'))
  const { browser: anew, page } = await openDebugger({ ...started, stderr: () => second })
  await connected(page)
  expect((await processes(anew)).map(({ type }) => type)).not.toContain('GPU')
  expect(started.stderr().match(/What draws the window/g)).toHaveLength(1)
  expect(started.stderr()).not.toMatch(raw)
})

/** It may have crashed, and been replaced, since it was listed. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGSEGV')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

it.each([['disable-gpu'], ['-x'], ['--help'], ['--=1']])('refuses %s', async (argument) => {
  const { child, stderr } = await startAnneal(newHome(), [], [argument])
  await expect.poll(() => child.exitCode, PATIENCE).toBe(1)
  expect(stderr()).toContain(`not ${JSON.stringify(argument)}`)
})
