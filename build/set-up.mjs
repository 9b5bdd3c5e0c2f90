/**
 * `npm run setup [-- --repair]`: what a fresh clone needs to run. First the npm packages, then TensorFlow.
 * Nothing is done twice: when all is there it ends at once, so demo, test and bench begin with it.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exclusively } from './exclusively.mjs'
import { installPackages } from './install-packages.mjs'

/** The folder of package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Progress goes to stderr, so that stdout stays free for results. */
const say = (line) => process.stderr.write(`${line}\n`)

/**
 * Throws an `Error` whose message is one sentence that says what to do.
 *
 * @param {{ repair?: boolean }} [options] `repair`: check TensorFlow's checksums and fetch it again where they differ
 */
export async function setUp({ repair = false } = {}) {
  await installPackages(root, say)
  const { tsImport } = await import('tsx/esm/api')
  const { fetchTensorFlow } = await tsImport('./fetch-tensorflow.ts', import.meta.url)
  await fetchTensorFlow({ env: process.env, repair, exclusively })
}

/** As {@link setUp}, but tells the sentence and ends the process when it fails. */
export async function setUpOrExit(options) {
  try {
    await setUp(options)
  } catch (error) {
    say(error.message)
    process.exit(1)
  }
}

/** Bundles the command line and the trainer where they have changed: without that they start too, from their sources, some seconds later. */
export async function buildCommandLine() {
  const { tsImport } = await import('tsx/esm/api')
  const { buildApp } = await tsImport('./build-app.ts', import.meta.url)
  await buildApp(['cli', 'trainer'])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--repair')
  if (unknown.length > 0) {
    say(`npm run setup takes "-- --repair" and nothing else, not ${unknown.join(' ')}.`)
    process.exit(2)
  }
  await setUpOrExit({ repair: process.argv.includes('--repair') })
  await buildCommandLine()
}
