import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { buildWindow, startWindow } from '../tests/fixtures/electron.ts'
import { median } from './contender.ts'
import { measureHeap, measureLive, type HeapFigures } from './window/live.ts'
import { measureOverlay } from './window/overlay.ts'
import { makeRun } from './window/runs-home.ts'
import { measureStart } from './window/start.ts'

interface Options {
  readonly rounds: number
  readonly hours: number
  readonly json?: boolean
}

/** Milliseconds; `most` is the slowest of all. */
interface Spread {
  readonly median: number
  readonly most: number
  readonly count: number
}

interface Figures {
  readonly ready: Spread
  readonly overlay: Spread
  readonly zoom: Spread
  readonly hover: Spread
  readonly liveInput: Spread
  readonly heap: HeapFigures
}

const runs = 50
const points = 10_000
/** Milliseconds in which a start reads what the runs came to: no part of what an overlay takes. */
const restAfterStart = 4000

const spread = (values: readonly number[]): Spread => ({
  median: median(values),
  most: Math.max(...values),
  count: values.length,
})
const say = (text: string) => void process.stderr.write(`${text}\n`)

/** Measures the real window on a home of its own, on a screen that nobody sees. */
export async function benchRenderer({ rounds, hours, json }: Options): Promise<void> {
  await buildWindow()
  const home = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  try {
    const figures = await measureAll(home, rounds, hours)
    if (json)
      console.log(JSON.stringify({ cores: cpus().length, processor: cpus()[0]?.model, runs, points, ...figures }))
    else printFigures(figures)
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  }
}

async function measureAll(home: string, rounds: number, hours: number): Promise<Figures> {
  say(`Writing ${runs} runs of ${points} points`)
  for (let index = 0; index < runs; index++) makeRun(home, index, points, 'finished')
  // The first start of a home also makes Chromium's own files, and keeps what it read of the curves as columns.
  say('Starting once, not counted')
  await inWindow(home, () => untilKept(home))
  const ready = await repeat(rounds, 'Start', () => measureStart(home))
  const overlays = await repeat(rounds, 'Overlay', () =>
    inWindow(home, async ({ page }) => {
      await setTimeout(restAfterStart)
      return measureOverlay(page, runs)
    }),
  )
  say(`Live run, and ${hours} hours of its records`)
  const live = makeRun(home, runs, 100, 'running')
  const { input, heap } = await inWindow(home, async (started) => ({
    input: await measureLive(started.page, live),
    heap: await measureHeap(started, live, hours),
  }))
  return {
    ready: spread(ready),
    overlay: spread(overlays.map(({ opened }) => opened)),
    zoom: spread(overlays.flatMap(({ zoom }) => zoom)),
    hover: spread(overlays.flatMap(({ hover }) => hover)),
    liveInput: spread(input),
    heap,
  }
}

/** What was read of every run is kept, so that no later start has to parse it. */
async function untilKept(home: string): Promise<void> {
  const folder = join(home, 'cache/metrics')
  const kept = () => (existsSync(folder) ? readdirSync(folder).filter((name) => !name.includes('.')).length : 0)
  for (let waited = 0; kept() < runs && waited < 120_000; waited += 100) await setTimeout(100)
}

async function inWindow<R>(
  home: string,
  work: (started: Awaited<ReturnType<typeof startWindow>>) => Promise<R>,
): Promise<R> {
  const started = await startWindow(home)
  try {
    // What tsx compiles names its functions with a helper, which the page does not have.
    await started.page.evaluate('globalThis.__name = (named) => named')
    return await work(started)
  } finally {
    await started.end()
  }
}

async function repeat<R>(rounds: number, name: string, work: () => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let round = 0; round < rounds; round++) {
    say(`${name}, round ${round + 1} of ${rounds}`)
    results.push(await work())
  }
  return results
}

function printFigures({ heap, ...spreads }: Figures): void {
  const titles: Readonly<Record<keyof typeof spreads, string>> = {
    ready: 'Ready for input after the start',
    overlay: `${runs} runs of ${points} points overlaid`,
    zoom: 'Zoom and pan among them',
    hover: 'Hover among them',
    liveInput: 'Input during a live run, 50 updates a second',
  }
  for (const [key, { median, most, count }] of Object.entries(spreads))
    console.log(
      `${titles[key as keyof typeof spreads].padEnd(46)} median ${median.toFixed(0).padStart(5)} ms, most ${most.toFixed(0).padStart(5)} ms of ${count}`,
    )
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  console.log(
    `${`Heap over ${heap.hours} h of those updates`.padEnd(46)} ${mb(heap.before)} before, ${mb(heap.after)} after; the whole process ${mb(heap.processBefore)}, ${mb(heap.processAfter)}`,
  )
}
