import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const root = join(import.meta.dirname, '../..')

/** The oldest that is allowed, the newest with long-term support, and the newest. */
const majors = [20, 24, 26]

/** What stands most on Node itself: files, locks and links between processes, and koffi, which calls TensorFlow. */
const subset = ['storage', 'host/training/trainer', 'engine/tensorflow/c-api', 'engine/tensorflow/tfjs-backend']

describe.each(majors)('on Node %i', (major) => {
  let folder: string
  let node: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'anneal-node-'))
    // Packages of npm that carry Node's own program.
    const name = `node-${process.platform}-${process.arch}`
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    const { status, stderr } = spawnSync('npm', ['install', '--prefix', folder, ...options, `${name}@${major}`], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    node = join(folder, 'node_modules', name, 'bin/node')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Runs it as a person who has this Node alone, without what this test was told by its own runner. */
  function run(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
    const ours = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|TEST$|TF_)/.test(name))
    const env = { ...Object.fromEntries(ours), PATH: `${dirname(node)}${delimiter}${process.env.PATH}`, ...more }
    const { status, stdout, stderr } = spawnSync(node, args, { cwd: root, env, encoding: 'utf8' })
    return { status, stdout, stderr }
  }

  it('is that Node', () => {
    expect(run(['--version']).stdout).toMatch(new RegExp(`^v${major}\\.`))
  })

  it('sets up, and says that the machine can train', () => {
    expect(run(['build/set-up.mjs'])).toMatchObject({ status: 0 })
    const doctor = run(['cli/anneal.mjs', 'doctor', '--json'], { ANNEAL_HOME: temporaryFolder() })
    expect(JSON.parse(doctor.stdout)).toMatchObject({ ok: true })
  })

  it('trains the demo for a few steps', () => {
    const home = temporaryFolder()
    const steps = ['--set', 'schedule.steps=5', '--set', 'run.logEvery=1']
    expect(run(['build/demo.mjs', ...steps], { ANNEAL_HOME: home })).toMatchObject({ status: 0 })
    const [id] = readdirSync(join(home, 'runs'))
    const record = JSON.parse(readFileSync(join(home, 'runs', id!, 'run.json'), 'utf8')) as unknown
    expect(record).toMatchObject({ status: 'finished' })
  })

  it('passes tests of what stands most on Node', () => {
    const report = join(temporaryFolder(), 'report.json')
    const reporters = ['--reporter=json', `--outputFile=${report}`]
    const { status, stderr } = run(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...subset])
    expect({ status, stderr }).toMatchObject({ status: 0 })
    const { numPassedTests } = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number }
    expect(numPassedTests).toBeGreaterThan(100)
  })
})
