import type { Page } from 'playwright-core'
import { setTimeout } from 'node:timers/promises'
import type { StartedWindow } from '../../tests/fixtures/electron.ts'
import { latencies, watchLatency } from './latency.ts'
import type { MadeRun } from './runs-home.ts'

/** Records a second of the live run, and for how many seconds input is tried. */
export const updatesPerSecond = 50
const liveSeconds = 10

export interface HeapFigures {
  readonly hours: number
  /** Bytes of JavaScript's heap after a collection: once the page had drawn, and at the end. */
  readonly before: number
  readonly after: number
  /** Bytes of the page's process in memory at the same times: the points are in there, in typed arrays. */
  readonly processBefore: number
  readonly processAfter: number
}

/** Opens a run that grows all the time, and moves, types and clicks meanwhile. Milliseconds each. */
export async function measureLive(page: Page, run: MadeRun): Promise<number[]> {
  await page.evaluate((id) => void (location.hash = `#/runs/${id}`), run.id)
  const area = page.getByRole('group', { name: /^Loss: / })
  await area.waitFor()
  await watchLatency(page)
  const timer = setInterval(() => run.append(1), 1000 / updatesPerSecond)
  try {
    return await latencies(page, ['pointermove', 'keydown', 'click'], () => workMeanwhile(page))
  } finally {
    clearInterval(timer)
  }
}

async function workMeanwhile(page: Page): Promise<void> {
  const end = Date.now() + 1000 * liveSeconds
  const box = (await page.getByRole('group', { name: /^Loss: / }).boundingBox())!
  const notes = page.getByLabel('Notes')
  for (let i = 0; Date.now() < end; i++) {
    await page.mouse.move(box.x + 60 + ((37 * i) % (box.width - 80)), box.y + 60 + (i % 50))
    if (i % 10 === 5) await notes.press('a')
    if (i % 20 === 10)
      await page
        .getByRole('button', { name: i % 40 === 10 ? 'Epoch' : 'Step', exact: true })
        .first()
        .click()
    await setTimeout(30)
  }
  await notes.fill('')
}

/** As many records as so many hours bring, faster than they come, and what is left of them in memory. */
export async function measureHeap({ app, page }: StartedWindow, run: MadeRun, hours: number): Promise<HeapFigures> {
  const session = await page.context().newCDPSession(page)
  const measure = async () => {
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    const kilobytes = await app.evaluate(
      ({ app }) => app.getAppMetrics().find(({ type }) => type === 'Tab')!.memory.workingSetSize,
    )
    return { heap: usedSize, process: 1024 * kilobytes }
  }
  await setTimeout(1000)
  const before = await measure()
  const total = Math.round(hours * 3600 * updatesPerSecond)
  const batch = 10 * updatesPerSecond
  for (let done = 0; done < total; done += batch) {
    run.append(batch)
    // Longer than the host waits between two looks at the file: each batch is an update of its own.
    await setTimeout(250)
  }
  await setTimeout(1000)
  const after = await measure()
  return { hours, before: before.heap, after: after.heap, processBefore: before.process, processAfter: after.process }
}
