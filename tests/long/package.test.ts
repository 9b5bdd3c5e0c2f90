import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDeb } from '../../build/package/deb.ts'
import { fuses } from '../../forge.config.ts'
import { bytesIn } from '../../storage/bytes-in.ts'
import { hasCleanRoot, makeCleanRoot, type CleanRoot } from '../fixtures/clean-root.ts'
import { hiddenScreen } from '../fixtures/electron.ts'
import { asOrdinaryUser, hasOrdinaryUser } from '../fixtures/ordinary-user.ts'
import { runPackaged, runsOf, runThat, startPackaged } from '../fixtures/packaged.ts'
import { openPage } from '../fixtures/serve.ts'
import { openDebugger } from '../fixtures/start.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const root = join(import.meta.dirname, '../..')
const app = join(root, 'out/Anneal-linux-x64')
const program = join(app, 'anneal')
const PATIENCE = { timeout: 120_000, interval: 100 }

const canRun = process.platform === 'linux' && process.arch === 'x64' && hasOrdinaryUser()

/** A person's own folder, and in it the home of Anneal that is the usual one. */
function person(): { folder: string; home: string } {
  const folder = temporaryFolder()
  return { folder, home: join(folder, 'Anneal') }
}

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))

beforeAll(() => {
  if (canRun)
    execFileSync(process.execPath, [join(root, 'build/package.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] })
})

describe.skipIf(!canRun)('the package', () => {
  it('has the fuses that are set, in the program itself', async () => {
    const wire = await getCurrentFuseWire(join(app, 'anneal-app'))
    for (const [fuse, on] of Object.entries(fuses))
      expect(wire[Number(fuse) as FuseV1Options], FuseV1Options[Number(fuse)]).toBe(on ? 49 : 48)
  })

  it('holds nothing that is only for development, and what is needed', () => {
    const files = filesOf(app)
    expect(files.filter((name) => /\.(map|ts|mts|cts|cc|h)$|_test\.js$|musl/.test(name))).toEqual([])
    expect(files).toContain('resources/tensorflow/2.21.0-cpu/libtensorflow_cc.so.2')
    expect(files).toContain('resources/tensorflow/addresses.json')
    expect(files).toContain('resources/THIRD-PARTY-LICENSES.txt')
    expect(files).toContain('LICENSES.chromium.html')
    expect(bytesIn(join(app, 'resources/node_modules'))).toBeLessThan(40e6)
  })

  it('is a command line: for an ordinary user, without a display, a network, Node or a cache', () => {
    const { folder, home } = person()
    const run = (...args: string[]) => runPackaged(program, folder, args, asOrdinaryUser('true', ['-n']))
    expect(run('--version')).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' })
    const doctor = JSON.parse(run('doctor', '--json').stdout) as { ok: boolean }
    expect(doctor.ok).toBe(true)
    expect(run('train', '--preset', 'demo', '--set', 'schedule.epochs=1')).toMatchObject({ status: 0 })
    expect(runsOf(home)).toMatchObject([{ status: 'finished' }])
    expect(JSON.parse(run('evaluate', 'last', '--json').stdout)).toHaveProperty('top1')
    const sheet = join(folder, 'sheet.png')
    expect(run('datasets', 'preview', 'fashion-mnist-mini', '--out', sheet)).toMatchObject({ status: 0 })
    expect(existsSync(sheet)).toBe(true)
  })

  it('says without a display that no window can open, and what can be done', () => {
    const { folder } = person()
    const { status, stderr } = runPackaged(program, folder, ['open'], asOrdinaryUser())
    expect(status).toBe(1)
    expect(stderr).toBe(
      'There is no display, so no window can open. "anneal serve" serves the same page to a browser.\n',
    )
  })

  it('says where there is no sandbox how it can be had', async () => {
    const { folder } = person()
    const forbidden = asOrdinaryUser('echo 0 > /proc/sys/user/max_user_namespaces')
    const { child, stderr } = startPackaged(program, folder, [], forbidden, await hiddenScreen())
    expect((await once(child, 'exit'))[0]).toBe(1)
    expect(stderr()).toContain("Chromium's sandbox cannot be had here")
  })

  it('serves the page to a browser', async () => {
    const { folder } = person()
    const { stdout } = startPackaged(program, folder, ['serve', '--port', '0', '--json'], asOrdinaryUser())
    await expect.poll(stdout, PATIENCE).toContain('"link"')
    const { link } = JSON.parse(stdout()) as { link: string }
    const page = await openPage(link)
    await expect.poll(() => page.locator('h1').first().textContent(), PATIENCE).toContain('Runs')
  })
})

describe.skipIf(!canRun)('the window of the package', () => {
  it('opens at once and trains the demo in a new home, and is opened once', async () => {
    const { folder, home } = person()
    const display = await hiddenScreen()
    const first = startPackaged(program, folder, ['--remote-debugging-port=0'], asOrdinaryUser(), display)
    const { page } = await openDebugger(first)
    await expect.poll(() => page.locator('h1').first().textContent(), PATIENCE).toContain('Runs')
    const { id } = await runThat(home, ({ status }) => status === 'running')
    const metrics = () => readFileSync(join(home, 'runs', id, 'metrics.jsonl'), 'utf8')
    await expect.poll(metrics, { timeout: 300_000, interval: 200 }).toContain('"split":"val"')

    // A second start brings the first to the front, and has it open the recipe.
    const recipe = join(folder, 'mine.anneal')
    writeFileSync(recipe, '{ "schedule": { "epochs": 7 } }')
    const second = startPackaged(program, folder, ['open', recipe], asOrdinaryUser(), display)
    expect((await once(second.child, 'exit'))[0]).toBe(0)
    await expect.poll(() => page.locator('h1').first().textContent(), PATIENCE).toContain('Recipe')
    expect(await page.locator('select').first().inputValue()).toBe('file:mine.anneal')
    expect(await page.getByLabel('The recipe as JSON').last().inputValue()).toContain('"epochs": 7')
  })

  it('shows a home of an older version', async () => {
    const { folder, home } = person()
    cpSync(join(root, 'tests/fixtures/home-of-the-first-version'), home, { recursive: true })
    const args = ['--remote-debugging-port=0']
    const { page } = await openDebugger(startPackaged(program, folder, args, asOrdinaryUser(), await hiddenScreen()))
    await expect.poll(() => page.locator('body').textContent(), PATIENCE).toContain('Made by the first version.')
  })

  it.each([
    [
      'on a file system that is read-only',
      'mount --bind $P $P && mount -o remount,ro,bind $P',
      'the file system is read-only; choose a folder on another one, or set ANNEAL_HOME to another folder.',
    ],
    ['on a full disk', 'mount -t tmpfs -o size=4k tmpfs $P', 'the disk is full'],
  ])('says of a home %s what can be done', async (_, change, words) => {
    const { folder, home } = person()
    mkdirSync(home)
    const before = asOrdinaryUser(change.replaceAll('$P', home), ['-m'])
    const { stderr } = startPackaged(program, folder, [], before, await hiddenScreen())
    await expect.poll(stderr, PATIENCE).toContain(words)
  })

  it('runs from a mounted image, and says where it has no place to write', async () => {
    const { folder } = person()
    const [app, home] = [join(folder, 'image'), join(folder, 'nothing')]
    mkdirSync(app)
    mkdirSync(home)
    const mounts = [join(root, 'out/Anneal-linux-x64'), home]
    const readOnly = (from: string, to: string) => `mount --bind ${from} ${to} && mount -o remount,ro,bind ${to}`
    const change = `${readOnly(mounts[0]!, app)} && ${readOnly(home, home)}`
    const before = asOrdinaryUser(change, ['-m'])
    const image = join(app, 'anneal')
    expect(runPackaged(image, folder, ['--version'], before)).toMatchObject({ status: 0, stdout: '0.1.0\n' })
    const { stderr } = startPackaged(image, home, [], before, await hiddenScreen())
    await expect.poll(stderr, PATIENCE).toContain('the file system is read-only')
  })
})

describe.skipIf(!canRun || !hasCleanRoot())('the Debian package in a Debian of its own', () => {
  let clean: CleanRoot
  let folder: string
  let before: string[]
  beforeAll(async () => {
    // Beside the package: its files are linked, not copied.
    folder = join(root, 'out/clean')
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    clean = makeCleanRoot(join(folder, 'root'))
    const file = join(clean.folder, 'anneal.deb')
    const about = { version: '0.1.0', description: 'A desktop workbench' }
    await makeDeb(app, file, join(folder, 'deb'), about, ['-Znone'])
    const asRoot = (...command: string[]) => inRoot(undefined, command)
    asRoot('apt-get', 'update')
    asRoot('useradd', '-m', 'person')
    asRoot('apt-get', 'install', '-y', '--no-install-recommends', 'dpkg', '/anneal.deb')
    before = filesOf(join(clean.folder, 'usr')).filter(isOfOthers)
  })
  afterAll(() => {
    clean.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Throws with what it printed where it fails. */
  function inRoot(user: string | undefined, command: readonly string[], display?: string): string {
    const home = user === undefined ? '/root' : `/home/${user}`
    const variables = [`HOME=${home}`, 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'DEBIAN_FRONTEND=noninteractive']
    const shown = display === undefined ? [] : [`DISPLAY=${display}`]
    const [program, ...args] = [...clean.as(user), 'env', '-i', ...variables, ...shown, ...command]
    const { status, stdout, stderr } = spawnSync(program!, args, { encoding: 'utf8', timeout: 900_000 })
    if (status !== 0) throw new Error(`${command.join(' ')} ended with status ${status}:\n${stdout}\n${stderr}`)
    return stdout
  }

  const belongs = (name: string) =>
    /^(lib\/anneal|bin\/anneal$|share\/(applications\/anneal|icons\/.*anneal|mime\/.*anneal|doc\/anneal))/.test(name)

  /** Without the cache of icons, which the desktop makes while there are any and removes after the last. */
  const isOfOthers = (name: string) => !belongs(name) && name !== 'share/icons/hicolor/icon-theme.cache'

  it('trains and evaluates for an ordinary user without a network', () => {
    inRoot('person', ['anneal', 'train', '--preset', 'demo', '--set', 'schedule.epochs=1'])
    expect(JSON.parse(inRoot('person', ['anneal', 'evaluate', 'last', '--json']))).toHaveProperty('top1')
  })

  it('opens the window for an ordinary user without a network, and trains the demo', async () => {
    inRoot(undefined, ['useradd', '-m', 'other'])
    const args = [...clean.as('other'), 'env', 'HOME=/home/other']
    const { stderr } = startPackaged('/usr/bin/anneal', '/home/other', [], args, await hiddenScreen())
    const home = join(clean.folder, 'home/other/Anneal')
    const run = await runThat(home, ({ status }) => status === 'running').catch((error: unknown) => {
      throw new Error(`The window said: ${stderr()}`, { cause: error })
    })
    expect(run.dataset.name).toBe('fashion-mnist-mini')
  })

  it('puts files in its own places alone, is known to the desktop, and goes without a trace but what people made', () => {
    const listed = inRoot(undefined, ['dpkg', '-L', 'anneal']).trim().split('\n')
    const outside = listed.filter((path) => path !== '/.' && !belongs(path.replace(/^\/usr\//, '')))
    // Folders that others have too, or would: dpkg removes one with the last package that is in it.
    for (const path of outside) expect(statSync(join(clean.folder, path)).isDirectory(), path).toBe(true)
    inRoot(undefined, ['dpkg', '-r', 'anneal'])
    expect(existsSync(join(clean.folder, 'usr/lib/anneal'))).toBe(false)
    expect(filesOf(join(clean.folder, 'usr')).filter(belongs)).toEqual([])
    expect(filesOf(join(clean.folder, 'usr')).filter(isOfOthers)).toEqual(before)
    expect(runsOf(join(clean.folder, 'home/person/Anneal'))).toMatchObject([{ status: 'finished' }])
  })
})
