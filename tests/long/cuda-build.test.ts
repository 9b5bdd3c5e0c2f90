import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { buildOf, cachedBuild, librariesIn } from '../../storage/builds/builds.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { standInDriver } from '../fixtures/stand-in-driver.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

/**
 * `pip`, or a folder or a server with the wheels: the CUDA build is fetched from there (3.4 GB) and takes 5.7 GB of the
 * temporary folder meanwhile.
 */
const source = process.env.ANNEAL_TEST_CUDA

describe.runIf(source)('the CUDA build, fetched', () => {
  it('opens whole, and trains the demo on a processor', { timeout: 3_600_000 }, async () => {
    const env = { XDG_CACHE_HOME: temporaryFolder(), ANNEAL_BUILD: 'cuda' }
    const home = temporaryFolder()
    const mirror = source === 'pip' ? [] : ['--mirror', source!]
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    const fetched = await runCli(home, 'builds', 'fetch', 'cuda', ...mirror)
    expect(fetched).toMatchObject({ status: 0 })
    const root = cachedBuild(env, 'cuda')
    expect(readdirSync(join(root, '..'))).toEqual(['2.21.0-cuda'])

    const files = readdirSync(join(root, 'nvidia'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.so[.\d]*$/.test(name))
      .map((name) => join(root, 'nvidia', name))
    expect(files.length).toBeGreaterThan(25)
    // One of cuDNN's asks for the driver's own library, which comes with a card.
    const driver = standInDriver({})
    expect(
      closedOf(
        [...files, ...buildOf('cuda')!.libraries.map(({ name }) => join(librariesIn(root, 'cuda'), name))],
        driver,
      ),
    ).toEqual({})

    const training = await runCli(home, 'train', '--preset', 'demo', '--set', 'schedule.epochs=1')
    expect(training).toMatchObject({ status: 0 })
    const [run] = readdirSync(join(home, 'runs'))
    expect(JSON.parse(readFileSync(join(home, 'runs', run!, 'run.json'), 'utf8'))).toMatchObject({
      build: 'cuda',
      devices: [expect.stringContaining('CPU') as string],
    })

    vi.stubEnv('LD_LIBRARY_PATH', driver['LD_LIBRARY_PATH'])
    const refused = await runCli(home, 'train', '--preset', 'demo', '--set', 'run.device=gpu')
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('run.device is gpu') as string })
  })
})

/** What the system says against each file that does not open, in a process of its own. */
function closedOf(files: readonly string[], env: Readonly<Record<string, string>>): Record<string, string> {
  const native = join(import.meta.dirname, '../../engine/tensorflow/c-api/native.ts')
  const code = `
    import { openForGood } from ${JSON.stringify(native)}
    const closed = JSON.parse(process.argv[1]).flatMap((file) => {
      const reason = openForGood(file)
      return reason === undefined ? [] : [[file, reason]]
    })
    console.log(JSON.stringify(Object.fromEntries(closed)))`
  const output = execFileSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', code, JSON.stringify(files)],
    { env: { ...process.env, ...env }, encoding: 'utf8' },
  )
  return JSON.parse(output) as Record<string, string>
}
