import { accessSync, constants, statfsSync } from 'node:fs'
import { app } from 'electron'

const folder = '/dev/shm'
/** Bytes with which Chromium can draw a window: what containers usually give. */
const ENOUGH = 64 * 1024 ** 2

/** Where there is too little shared memory, or none that can be written, Chromium is told to use files. Before the app is ready. */
export function avoidSmallSharedMemory(): void {
  if (process.platform !== 'linux' || app.commandLine.hasSwitch('disable-dev-shm-usage')) return
  const problem = problemOf(folder)
  if (problem === undefined) return
  console.error(`${folder} ${problem}, so Chromium shares memory through temporary files.`)
  app.commandLine.appendSwitch('disable-dev-shm-usage')
}

function problemOf(folder: string): string | undefined {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    const { blocks, bsize } = statfsSync(folder)
    const bytes = blocks * bsize
    return bytes < ENOUGH ? `has only ${Math.floor(bytes / 1024 ** 2)} MiB` : undefined
  } catch {
    return 'cannot be written'
  }
}
