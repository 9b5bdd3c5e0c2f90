import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exclusively } from '../storage/exclusively.mjs'
import { isNetworkTrouble, npm } from './npm.mjs'

const npmArguments = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
]

/**
 * Runs `npm ci` where node_modules is not what package-lock.json asks for. Plain Node with no package, since
 * there may be none yet. Throws an `Error` whose message is one sentence.
 *
 * @param {string} root the folder of package.json
 * @param {(line: string) => void} say
 */
export async function installPackages(root, say) {
  if (installed(root)) return
  await exclusively(
    `packages ${root}`,
    async () => {
      if (installed(root)) return
      say('Installing the npm packages ...')
      await runNpm(root)
      writeStamp(root)
    },
    () => say('Waiting for another set-up of this folder ...'),
  )
}

const stampOf = (root) => join(root, 'node_modules', '.anneal-set-up')
const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
const writeStamp = (root) => writeFileSync(stampOf(root), lockHash(root))

function installed(root) {
  if (existsSync(stampOf(root)) && readFileSync(stampOf(root), 'utf8') === lockHash(root)) return true
  if (!npmInstalledTheSame(root)) return false
  writeStamp(root)
  return true
}

/** npm ends an install by writing what it installed into node_modules; a developer's own `npm install` counts. */
function npmInstalledTheSame(root) {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const { packages: wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const { packages: present } = JSON.parse(readFileSync(record, 'utf8'))
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true
    return present[path] ? present[path].version === version : optional === true
  })
}

async function runNpm(root) {
  const { status, output } = await npm(npmArguments, root)
  if (status !== 0) throw new Error(explain(output))
}

function explain(output) {
  if (/ENOSPC/.test(output))
    return 'The disk is full, so the npm packages could not be installed; free about 1 GB and run it again.'
  if (isNetworkTrouble(output))
    return 'The npm registry cannot be reached, so the packages could not be installed; check the network or npm\'s "registry" setting and run it again.'
  if (/EACCES|EROFS|EPERM/.test(output))
    return 'node_modules cannot be written; make this folder writable and run it again.'
  // After its reasons npm prints a page of usage.
  return `npm could not install the packages:\n${output.split(/^npm error Clean install a project$/m)[0].trim()}`
}
