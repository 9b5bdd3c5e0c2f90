/** `npm start [-- ...]`: set-up, then the workbench in its window, or where there can be none in a browser. */
import { setUpOrExit } from './set-up.mjs'
import { exclusively } from '../storage/exclusively.mjs'

await setUpOrExit()
const { tsImport } = await import('tsx/esm/api')
const { startWorkbench } = await tsImport('./start-workbench.ts', import.meta.url)
try {
  process.exitCode = await startWorkbench(process.argv.slice(2), { env: process.env, exclusively })
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
