/** `npm run package`: set-up, then the app in a folder of `out/` that needs nothing else. */
import { join } from 'node:path'
import { exclusively } from './exclusively.mjs'
import { root, setUpOrExit } from './set-up.mjs'
import { runNode } from './spawn.mjs'

await setUpOrExit()
const { tsImport } = await import('tsx/esm/api')
const { prepareZip } = await tsImport('./package/electron-zip.ts', import.meta.url)
try {
  const zip = await prepareZip({ env: process.env, exclusively })
  const forge = join(root, 'node_modules/@electron-forge/cli/dist/electron-forge.js')
  const env = { ...process.env, ...(zip && { ELECTRON_ZIP_DIR: zip }) }
  process.exitCode = await runNode([forge, 'package'], { cwd: root, env })
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
