#!/usr/bin/env node
process.setSourceMapsEnabled(true)
const { run } = (await bundle()) ?? (await sources())
process.exitCode = await run(process.argv.slice(2))

/** Starts in a third of the time; nothing where it is not there, or of other sources than now. */
async function bundle() {
  try {
    const main = await import(new URL('../dist/cli.mjs', import.meta.url).href)
    return main.isFresh() ? main : undefined
  } catch {
    return undefined
  }
}

async function sources() {
  const { register } = await import('tsx/esm/api')
  register()
  return import('./main.ts')
}
