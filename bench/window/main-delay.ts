import type { ElectronApplication } from 'playwright-core'

/** Milliseconds between two looks at the clock. */
const PACE = 5

/** Of the event loop of Electron's main process, milliseconds. */
export interface Delay {
  readonly p50: number
  readonly p99: number
  readonly longest: number
  readonly looks: number
}

/** From now on the main process looks at the clock again and again, and notes by how much it was late. */
export const watchDelay = (app: ElectronApplication): Promise<void> =>
  app.evaluate((_electron, pace) => {
    const late: number[] = []
    let last = performance.now()
    setInterval(() => {
      const now = performance.now()
      late.push(Math.max(0, now - last - pace))
      last = now
    }, pace)
    Object.assign(globalThis, { late })
  }, PACE)

/** What was noted since the last time. */
export async function takeDelay(app: ElectronApplication): Promise<Delay> {
  const late = await app.evaluate(() => (globalThis as unknown as { late: number[] }).late.splice(0))
  late.sort((a, b) => a - b)
  const at = (share: number) => late[Math.min(late.length - 1, Math.floor(share * late.length))] ?? 0
  return { p50: at(0.5), p99: at(0.99), longest: late.at(-1) ?? 0, looks: late.length }
}
