/** `npm run make`: the packaged app, then from it the packages that people install, in `out/make/`. */
import { packageApp } from './package.mjs'

const status = await packageApp()
if (status === 0) {
  const { tsImport } = await import('tsx/esm/api')
  const { makePackages } = await tsImport('./package/make.ts', import.meta.url)
  process.exitCode = await makePackages()
} else process.exitCode = status
