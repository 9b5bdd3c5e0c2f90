/**
 * `npm run setup [-- --gpu | --cpu] [--repair] [--mirror PLACE] [--pins FILE]`: what a fresh clone needs to run. First
 * the npm packages, then TensorFlow: the build for the processor, or that with CUDA.
 * Nothing is done twice: when all is there it ends at once, so demo, test and bench begin with it.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { installPackages } from './install-packages.mjs'

/** The folder of package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Progress goes to stderr, so that stdout stays free for results. */
const say = (line) => process.stderr.write(`${line}\n`)

/**
 * Throws an `Error` whose message is one sentence that says what to do.
 *
 * @param {{ repair?: boolean, offer?: boolean, build?: 'cpu' | 'cuda', mirror?: string, pins?: string }} [options] as `FetchOptions` of fetch-tensorflow.ts has them
 */
export async function setUp(options = {}) {
  await installPackages(root, say)
  const { tsImport } = await import('tsx/esm/api')
  const { fetchTensorFlow } = await tsImport('./fetch-tensorflow.ts', import.meta.url)
  await fetchTensorFlow({ env: process.env, ...options })
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

const usage = `npm run setup -- [--gpu | --cpu] [--repair] [--mirror FOLDER-OR-ADDRESS] [--pins FILE]`

/** What the command line asks for; where it cannot be understood, says so and ends. */
function optionsOf(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        gpu: { type: 'boolean' },
        cpu: { type: 'boolean' },
        repair: { type: 'boolean' },
        mirror: { type: 'string' },
        pins: { type: 'string' },
      },
    })
    const { gpu, cpu, ...rest } = values
    if (gpu && cpu) throw new Error('--gpu and --cpu exclude each other')
    if (rest.pins !== undefined && !gpu) throw new Error('--pins goes with --gpu')
    return { ...rest, offer: true, ...((gpu || cpu) && { build: gpu ? 'cuda' : 'cpu' }) }
  } catch (error) {
    say(`${error.message.split('. ')[0]}; it is ${usage}.`)
    process.exit(2)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUpOrExit(optionsOf(process.argv.slice(2)))
  await buildCommandLine()
}
