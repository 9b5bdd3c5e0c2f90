import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluateLater, startWindow, type StartedWindow } from '../fixtures/electron.ts'
import { callRaw } from './call-host.ts'

let home: string
let started: StartedWindow
let app: ElectronApplication
let page: Page
let elsewhere: Server
let address: string

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'anneal-security-'))
  started = await startWindow(home)
  ;({ app, page } = started)
  elsewhere = createServer((_request, response) => response.end('<title>elsewhere</title>'))
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
})
afterAll(async () => {
  await started.end()
  elsewhere.close()
  rmSync(home, { recursive: true, maxRetries: 10 })
})

/** Asks the app's protocol from the main process, where no policy of the page is in the way. */
const ask = (url: string, method = 'GET') =>
  evaluateLater(
    app,
    async ({ net }, { url, method }) => {
      const response = await net.fetch(url, { method })
      return {
        status: response.status,
        text: await response.text(),
        policy: response.headers.get('content-security-policy'),
      }
    },
    { url, method },
  )

describe('the page is shut in', () => {
  it('knows nothing of Node', async () => {
    const known = await page.evaluate(() =>
      ['require', 'module', 'process', 'global', 'Buffer', '__dirname', 'setImmediate', 'ipcRenderer'].filter(
        (name) => name in globalThis,
      ),
    )
    expect(known).toEqual([])
  })

  it('lives in a world of its own, in the sandbox, with web security', async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      // Electron's types leave it out.
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Electron.WebPreferences | null
      }
      return contents.getLastWebPreferences()
    })
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    })
    expect(preferences?.enableBlinkFeatures ?? '').toBe('')
  })

  it('cannot reach the preload script by changing what all objects inherit', async () => {
    const seen = await page.evaluate(async () => {
      const calls: string[] = []
      // eslint-disable-next-line @typescript-eslint/unbound-method
      const { call } = Function.prototype
      Function.prototype.call = function (this: (...all: unknown[]) => unknown, ...args: unknown[]) {
        // The page's own scripts go on meanwhile.
        if (!new Error().stack!.split('\n')[2]!.includes('app://')) calls.push(this.name)
        return Reflect.apply(this, args[0], args.slice(1))
      } as typeof call
      await window.anneal.showInFolder('nowhere').catch(() => undefined)
      Function.prototype.call = call
      return calls
    })
    expect(seen).toEqual([])
  })

  it('has one object more than a browser, with just its functions', async () => {
    const found = await page.evaluate(() => Object.entries(window.anneal).map(([name, value]) => [name, typeof value]))
    expect(Object.fromEntries(found)).toEqual({
      openLine: 'function',
      chooseFolder: 'function',
      chooseManifest: 'function',
      pathOfDropped: 'function',
      showInFolder: 'function',
      readTheme: 'function',
      setTheme: 'function',
      readUpdates: 'function',
      takeUpdateStep: 'function',
      onUpdates: 'function',
      onCommand: 'function',
    })
    expect(await page.evaluate(() => Reflect.set(window.anneal, 'openLine', null))).toBe(false)
  })
})

describe('the policy of the page', () => {
  it('allows nothing unsafe', async () => {
    const { policy } = await ask('app://anneal/')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toContain('unsafe')
  })

  it('lets no text become code', async () => {
    const ran = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const ran: string[] = []
          Object.assign(globalThis, { ran: (what: string) => ran.push(what) })
          // Later, for what a debugger's own call may do is another matter.
          setTimeout(() => {
            const script = document.createElement('script')
            script.textContent = 'ran("inline")'
            document.body.append(script)
            const button = document.createElement('button')
            button.setAttribute('onclick', 'ran("handler")')
            button.click()
            try {
              // eslint-disable-next-line @typescript-eslint/no-implied-eval
              ;(new Function('ran("eval")') as () => void)()
            } catch (error) {
              ran.push((error as Error).name)
            }
            script.remove()
            setTimeout(() => resolve(ran), 100)
          })
        }),
    )
    expect(ran).toEqual(['EvalError'])
  })

  it('lets it fetch from nowhere else', async () => {
    for (const url of [address, 'file:///etc/passwd', 'app://other/index.html']) {
      expect(
        await page.evaluate(
          (url) =>
            fetch(url).then(
              () => 'fetched',
              () => 'refused',
            ),
          url,
        ),
        url,
      ).toBe('refused')
    }
  })
})

describe("the app's own protocol", () => {
  it('serves the page', async () => {
    expect(page.url()).toMatch(/^app:\/\/anneal\//)
    expect(await ask('app://anneal/')).toMatchObject({
      status: 200,
      text: expect.stringContaining('<div id="app">') as string,
    })
  })

  it.each([
    '../main.mjs',
    '%2e%2e/main.mjs',
    '..%2fmain.mjs',
    '%2e%2e%2f%2e%2e%2fpackage.json',
    'assets/..%2f..%2f..%2fpackage.json',
    '..%5cpackage.json',
    '%2fetc%2fhosts.json',
    'index.html%00.js',
    '%',
  ])('refuses the path %s', async (path) => {
    expect((await ask(`app://anneal/${path}`)).status).toBe(404)
  })

  it.each(['/etc/passwd', '%2fetc%2fpasswd', 'runs/last'])('knows the path %s as a place in the page', async (path) => {
    expect((await ask(`app://anneal/${path}`)).text).toBe((await ask('app://anneal/')).text)
  })

  it('refuses other hosts and writing', async () => {
    expect((await ask('app://other/index.html')).status).toBe(404)
    expect((await ask('app://anneal/index.html', 'POST')).status).toBe(404)
  })
})

describe('what a page could ask for is refused', () => {
  it('permissions', async () => {
    const answers = await page.evaluate(async () => {
      const names = [
        'geolocation',
        'notifications',
        'camera',
        'microphone',
        'clipboard-read',
        'midi',
      ] as PermissionName[]
      const states = await Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state))
      const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'granted',
        () => 'refused',
      )
      const place = await new Promise((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          ({ code }) => resolve(code),
        ),
      )
      return { states, notification: await Notification.requestPermission(), media, place }
    })
    const PERMISSION_DENIED = 1
    expect(answers).toEqual({
      states: answers.states.map(() => 'denied'),
      notification: 'denied',
      media: 'refused',
      place: PERMISSION_DENIED,
    })
  })

  it('new windows', async () => {
    expect(
      await page.evaluate(
        (url) => [window.open(url), window.open('app://anneal/'), window.open('about:blank')],
        address,
      ),
    ).toEqual([null, null, null])
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })

  it('navigation', async () => {
    const before = page.url()
    for (const url of [address, 'app://other/', 'file:///etc/passwd', 'data:text/html,hello']) {
      await page.evaluate((url) => {
        const link = Object.assign(document.createElement('a'), { href: url })
        document.body.append(link)
        link.click()
        link.remove()
        location.href = url
      }, url)
      await page.waitForTimeout(100)
      expect(page.url(), url).toBe(before)
    }
  })

  it('frames and web views', async () => {
    const inside = await page.evaluate(async (url) => {
      const frame = Object.assign(document.createElement('iframe'), { src: url })
      const view = document.createElement('webview')
      view.setAttribute('src', url)
      document.body.append(frame, view)
      await new Promise((resolve) => setTimeout(resolve, 300))
      const found = {
        isPlain: view.constructor === HTMLElement || view instanceof HTMLUnknownElement,
        url: frame.contentDocument?.URL ?? 'refused',
      }
      frame.remove()
      view.remove()
      return found
    }, address)
    expect(inside.isPlain).toBe(true)
    expect(inside.url).not.toBe(address)
    expect(await app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1)
  })

  it('downloads, except what the page itself has made', async () => {
    const file = join(home, 'saved')
    const result = await evaluateLater(
      app,
      ({ session, BrowserWindow }, file) => {
        const outcomes: Promise<string>[] = []
        session.defaultSession.on('will-download', (event, item) => {
          if (!event.defaultPrevented) item.setSavePath(file)
          outcomes.push(
            event.defaultPrevented
              ? Promise.resolve('refused')
              : new Promise((resolve) => item.once('done', (_, state) => resolve(state))),
          )
        })
        const { webContents } = BrowserWindow.getAllWindows()[0]!
        const run = (code: string) => webContents.executeJavaScript(code)
        return (async () => {
          await run(
            `(() => { const a = document.createElement('a'); a.download = 'x'; a.href = '/index.html'; a.click() })()`,
          )
          await run(
            `(() => { const a = document.createElement('a'); a.download = 'x'; a.href = URL.createObjectURL(new Blob(['a chart'])); a.click() })()`,
          )
          while (outcomes.length < 2) await new Promise((resolve) => setTimeout(resolve, 50))
          return Promise.all(outcomes)
        })()
      },
      file,
    )
    expect(result.sort()).toEqual(['completed', 'refused'])
    expect(readFileSync(file, 'utf8')).toBe('a chart')
  })
})

describe('what comes from the page is checked', () => {
  it('refuses the wrong shape', async () => {
    const refused = (code: string) =>
      page.evaluate((code) => {
        const anneal = window.anneal as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
        const [name, argument] = JSON.parse(code) as [string, unknown]
        return anneal[name]!(argument).then(
          () => 'done',
          (error: Error) => error.message,
        )
      }, code)
    for (const call of [
      ['showInFolder', 7],
      ['showInFolder', ''],
      ['showInFolder', { path: '/' }],
    ]) {
      expect(await refused(JSON.stringify(call)), JSON.stringify(call)).toContain(
        'was called with something else than it takes',
      )
    }
  })

  it('shows nothing outside the home and the datasets', async () => {
    writeFileSync(join(home, 'inside'), '')
    const shown = await app.evaluate(({ shell }) => {
      const shown: string[] = []
      shell.showItemInFolder = (path) => void shown.push(path)
      return Object.assign(globalThis, { shown }) && shown
    })
    expect(shown).toEqual([])
    const show = (path: string) =>
      page.evaluate(
        (path) =>
          window.anneal.showInFolder(path).then(
            () => 'shown',
            (error: Error) => error.message,
          ),
        path,
      )
    for (const path of ['/etc/passwd', join(home, '../..'), join(home, 'inside/../../..'), `${home}-other`])
      expect(await show(path), path).toContain('is not in the home')
    expect(await show(join(home, 'inside'))).toBe('shown')
    expect(await app.evaluate(() => (globalThis as unknown as { shown: string[] }).shown)).toEqual([
      join(home, 'inside'),
    ])
  })

  it('refuses calls to the host of another name or shape', async () => {
    await expect(callRaw(page, 'readRun', ['../../etc'])).rejects.toMatchObject({ name: 'UsageError' })
    await expect(callRaw(page, 'readRun', [])).rejects.toMatchObject({ name: 'UsageError' })
    await expect(callRaw(page, 'constructor', [])).rejects.toThrow('not found')
    expect(await callRaw(page, 'welcome', [])).toMatchObject({ surface: 'window', home })
  })

  it('rejects other senders', async () => {
    const answers = await evaluateLater(
      app,
      async ({ app, BrowserWindow }, address) => {
        const preload = `${app.getAppPath()}/dist/preload.cjs`
        const stranger = new BrowserWindow({ show: false, webPreferences: { preload } })
        await stranger.loadURL(address)
        const run = (code: string) => stranger.webContents.executeJavaScript(code) as Promise<string>
        const call = await run(`anneal.chooseFolder().then(() => 'done', error => error.message)`)
        const line = await run(`new Promise(resolve => {
        addEventListener('message', ({ ports: [port] }) => {
          port.onmessage = () => resolve('answered')
          port.onclose = () => resolve('closed')
          port.postMessage({ t: 'q', i: '1', m: 'welcome', a: [] })
          setTimeout(() => resolve('silence'), 2000)
        })
        anneal.openLine('host')
      })`)
        stranger.destroy()
        return { call, line }
      },
      address,
    )
    expect(answers.call).toContain("is for Anneal's own page")
    expect(answers.line).not.toBe('answered')
  })
})
