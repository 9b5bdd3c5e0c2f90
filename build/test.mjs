/**
 * `npm test [-- filter ...]`: set-up, lint, import cycles, format, types, and all tests. Each is run whatever came before. The last
 * line is `N passed, N failed`, where lint, cycles, format, each check of types and the bundling count one.
 */
import { join } from 'node:path'
import { exclusively } from '../storage/exclusively.mjs'
import { runVitest } from './run-vitest.mjs'
import { root, setUpOrExit } from './set-up.mjs'
import { runNode } from './spawn.mjs'
import { none, sum, summary } from './test-counts.mjs'

const bin = (name, file) => join(root, 'node_modules', name, file)

/** What it finds is printed above its result. */
async function check(title, args) {
  const status = await runNode(args, { cwd: root })
  console.log(`${title}: ${status === 0 ? 'passed' : 'failed'}`)
  return { ...none, [status === 0 ? 'passed' : 'failed']: 1 }
}

const inTurn = async (checks) => {
  const counts = []
  for (const [title, args] of checks) counts.push(await check(title, args))
  return sum(counts)
}

/** What tests of the window and the browser need. Where it cannot be had they fail, each with its own words. */
async function prepareWindows() {
  const { tsImport } = await import('tsx/esm/api')
  const { fetchElectron } = await tsImport('./fetch-electron.ts', import.meta.url)
  const { ensureTestPackages } = await tsImport('./system-packages.ts', import.meta.url)
  try {
    await ensureTestPackages(await fetchElectron({ env: process.env, exclusively }), process.env)
  } catch (error) {
    console.error(error.message)
  }
}

await setUpOrExit()
await prepareWindows()
// Lint takes one core for as long as all others together.
const checks = await Promise.all([
  inTurn([['lint', [bin('eslint', 'bin/eslint.js'), '.', '--max-warnings=0']]]),
  inTurn([
    ['import cycles', [bin('oxlint', 'bin/oxlint')]],
    ['format', [bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level=warn', '.']],
    ['types', [bin('typescript', 'bin/tsc'), '--noEmit']],
    ['types of the page', [bin('vue-tsc', 'bin/vue-tsc.js'), '--noEmit', '-p', 'renderer']],
    ['types of tests in windows', [bin('typescript', 'bin/tsc'), '--noEmit', '-p', 'tests/e2e']],
    ['types of benchmarks', [bin('typescript', 'bin/tsc'), '--noEmit', '-p', 'bench']],
    // Before the tests: two of them that bundle at once would pull the page from under each other's window.
    ['bundles', [join(root, 'build/app.mjs')]],
  ]),
])
const counts = sum([...checks, await runVitest(process.argv.slice(2))])
console.log(`\n${summary(counts)}`)
process.exitCode = counts.failed > 0 ? 1 : 0
