import { app } from 'electron'
import { softwareRestart } from './software-restart.ts'

/** Crashes in an hour: after three of each way of drawing Chromium tries the next, and after the last ends the app. */
const MOST_CRASHES = 5
/** The same where it is known that software is what crashes. */
const MOST_IN_SOFTWARE = 2
const HOUR = 3_600_000

/**
 * Keeps a graphics driver that is missing or crashes from ending the app. Chromium itself goes over to software after
 * a few crashes, which is told once; where that crashes too the window is started anew, once.
 * @param end ends the app in order, with a status
 */
export function watchDrawing(end: (status: number) => void): void {
  let isSoftware = false
  let isTold = app.commandLine.hasSwitch('disable-gpu')
  let isEnding = false
  let crashes: { readonly time: number; readonly inSoftware: boolean }[] = []
  app.on('gpu-info-update', () => {
    isSoftware = !app.getGPUFeatureStatus().gpu_compositing.startsWith('enabled')
    if (isTold || !isSoftware) return
    isTold = true
    console.error('There is no graphics driver that works here, so the window is drawn in software.')
  })
  app.on('child-process-gone', (_event, { type, reason }) => {
    if (type !== 'GPU' || reason === 'clean-exit' || isEnding) return
    const now = performance.now()
    crashes = [...crashes.filter(({ time }) => now - time < HOUR), { time: now, inSoftware: isSoftware }]
    const inSoftware = crashes.filter((crash) => crash.inSoftware).length
    isEnding = crashes.length >= MOST_CRASHES || inSoftware >= MOST_IN_SOFTWARE
    if (isEnding) restart(end)
  })
}

function restart(end: (status: number) => void): void {
  if (process.env[softwareRestart.variable]) return end(softwareRestart.status)
  console.error(softwareRestart.notice)
  const switches = softwareRestart.switches.map((name) => `--${name}`)
  app.relaunch({ args: [...switches, ...process.argv.slice(1)] })
  end(0)
}
