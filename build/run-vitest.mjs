import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './set-up.mjs'
import { runNode } from './spawn.mjs'
import { countVitest } from './test-counts.mjs'

/**
 * Runs vitest on our own terminal and counts its tests.
 *
 * @param {string[]} args after `vitest run`
 * @returns {Promise<import('./test-counts.mjs').Counts>}
 */
export async function runVitest(args) {
  console.log('\ntests')
  const folder = mkdtempSync(join(tmpdir(), 'anneal-test-'))
  const report = join(folder, 'vitest.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const status = await runNode([vitest, 'run', ...reporters, ...args], { cwd: root })
    return countVitest(report, status)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
