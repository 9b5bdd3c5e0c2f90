/** `npm run package`: set-up, then the app in a folder of `out/` that needs nothing else. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exclusively } from '../storage/exclusively.mjs'
import { root, setUpOrExit } from './set-up.mjs'
import { runNode } from './spawn.mjs'

/** Returns the exit status. */
export async function packageApp() {
  // What is installed is there for everybody, whoever packs it.
  process.umask(0o022)
  await setUpOrExit()
  const { tsImport } = await import('tsx/esm/api')
  const { prepareZip } = await tsImport('./package/electron-zip.ts', import.meta.url)
  try {
    const zip = await prepareZip({ env: process.env, exclusively })
    const forge = join(root, 'node_modules/@electron-forge/cli/dist/electron-forge.js')
    return await runNode([forge, 'package'], {
      cwd: root,
      env: { ...process.env, ...(zip && { ELECTRON_ZIP_DIR: zip }) },
    })
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    return 1
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await packageApp()
