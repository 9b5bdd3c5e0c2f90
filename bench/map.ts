import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeEvaluation } from '../engine/jobs/testing/make-evaluation.ts'
import { Home } from '../host/machine/home.ts'
import { storedEvaluations, Workbench } from '../host/workbench.ts'
import { defaultMap } from '../shared/contract/evaluation-map.ts'
import { runFiles } from '../shared/run-folder/files.ts'
import { buildWindow, startWindow } from '../tests/fixtures/electron.ts'
import { median } from './contender.ts'
import { measureMap } from './window/map.ts'
import { makeRun } from './window/runs-home.ts'

interface Options {
  readonly images: number
  readonly width: number
  readonly json?: boolean
}

const GROUPS = 10
const say = (text: string) => void process.stderr.write(`${text}\n`)

/** Makes a map of features that are made up, and moves and zooms it in the real window, on a screen that nobody sees. */
export async function benchMap({ images, width, json }: Options): Promise<void> {
  await buildWindow()
  const home = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  try {
    const { id } = makeRun(home, 0, 100, 'finished')
    say(`Writing ${images} images of ${width} numbers`)
    const folder = join(home, 'runs', id, runFiles.evaluations)
    mkdirSync(folder)
    makeEvaluation(join(folder, 'step-1-val'), grouped(images, width))
    const seconds = await makeMap(home, id)
    const started = await startWindow(home)
    try {
      // What tsx compiles names its functions with a helper, which the page does not have.
      await started.page.evaluate('globalThis.__name = (named) => named')
      const times = await measureMap(started.page, id)
      const figures = {
        images,
        width,
        seconds,
        frame: median(times),
        slowest: Math.max(...times),
        frames: times.length,
      }
      if (json) console.log(JSON.stringify({ cores: cpus().length, processor: cpus()[0]?.model, ...figures }))
      else print(figures)
    } finally {
      await started.end()
    }
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** Seconds, with the process that makes it. */
async function makeMap(home: string, id: string): Promise<number> {
  const workbench = new Workbench(new Home(home))
  const run = workbench.runs.find(id)
  const start = performance.now()
  let last = ''
  await workbench.evaluations.map(run, storedEvaluations(run.folder)[0]!, defaultMap, (progress) => {
    if (progress.phase === 'mapping' && progress.step !== last) say((last = progress.step))
  })
  return (performance.now() - start) / 1000
}

/** Images in groups of similar features, most of them right. */
export function grouped(images: number, width: number) {
  const noise = (i: number) => {
    const x = Math.sin(12.9898 * i + 78.233) * 43758.5453
    return x - Math.floor(x)
  }
  const classes = Array.from({ length: GROUPS }, (_, i) => `class ${i}`)
  const features = new Float32Array(images * width)
  const groupOf = (image: number) => Math.floor(GROUPS * noise(image))
  for (let i = 0; i < features.length; i++)
    features[i] = noise(1e6 + groupOf(Math.floor(i / width)) * width + (i % width)) + 0.7 * noise(3 * i)
  const rows = Array.from({ length: images }, (_, image) => {
    const group = groupOf(image)
    const guess = noise(7 * image) < 0.9 ? group : (group + 1) % GROUPS
    return [`${image}.jpg`, classes[group]!, classes[guess]!, 0.5] as const
  })
  return { classes, rows, features }
}

function print(figures: Record<'images' | 'width' | 'seconds' | 'frame' | 'slowest' | 'frames', number>): void {
  const { images, width, seconds, frame, slowest, frames } = figures
  console.log(`Map of ${images} images, ${width} features each`.padEnd(46), `made in ${seconds.toFixed(0)} s`)
  console.log(
    'Moved and zoomed'.padEnd(46),
    `${(1000 / frame).toFixed(0)} frames a second (median), the slowest of ${frames} took ${slowest.toFixed(0)} ms`,
  )
}
