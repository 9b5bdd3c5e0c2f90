/** `npm run build`: bundles what has changed of the window, the trainer and the page into dist/. */
import { setUpOrExit } from './set-up.mjs'

await setUpOrExit()
const { tsImport } = await import('tsx/esm/api')
const { buildApp } = await tsImport('./build-app.ts', import.meta.url)
await buildApp()
