import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { chromium, type Page } from 'playwright-core'
import { hiddenScreen } from '../../tests/fixtures/electron.ts'

/** Seconds from the start of the program. */
export interface Launch {
  /** Until the window has drawn what a person can read. */
  readonly window: number
  /** Until the trainer of the first run has begun to log: TensorFlow is loaded. */
  readonly trainer: number
  /** Until every image has been looked at once and the network is built. */
  readonly training: number
  /** Until the first line of the metrics, which comes after ten steps. */
  readonly steps: number
  /** Until the first figures of the validation images. */
  readonly epoch: number
}

/** Milliseconds. */
const LOOK_EVERY = 20
const PATIENCE = 300_000

/**
 * Starts the packaged program as a person does who has nothing else, and ends it after its first epoch.
 * @param home the person's folder, empty
 */
export async function launch(program: string, home: string): Promise<Launch> {
  mkdirSync(home, { recursive: true })
  const env = { HOME: home, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', DISPLAY: await hiddenScreen() }
  const began = Date.now()
  const child = spawn(program, ['--remote-debugging-port=0'], {
    ...{ env, detached: true },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    return await watch(child, join(home, 'Anneal/runs'), began)
  } finally {
    process.kill(-child.pid!, 'SIGKILL')
  }
}

async function watch(child: ChildProcess, runs: string, began: number): Promise<Launch> {
  const since = (time: number) => (time - began) / 1000
  const drawn = firstPaint(await debuggerOf(child))
  const trainer = await until(() => textIn(runs, 'trainer.log') !== '' && Date.now())
  const started = await until(() => wallOf(textIn(runs, 'events.jsonl'), '"kind":"started"'))
  const steps = await until(() => wallOf(textIn(runs, 'metrics.jsonl'), '"split":"train"'))
  const epoch = await until(() => wallOf(textIn(runs, 'metrics.jsonl'), '"split":"val"'))
  return {
    window: since(await drawn),
    trainer: since(trainer),
    training: since(started),
    steps: since(steps),
    epoch: since(epoch),
  }
}

/** The address that Chromium tells on stderr. */
async function debuggerOf({ stderr }: ChildProcess): Promise<string> {
  let text = ''
  stderr!.setEncoding('utf8').on('data', (more: string) => (text += more))
  return until(() => /DevTools listening on (ws:\S+)/.exec(text)?.[1])
}

/** When the page first drew text, as the page itself has noted it: in milliseconds since 1970. */
async function firstPaint(address: string): Promise<number> {
  const browser = await chromium.connectOverCDP(address)
  const page = await until(() => browser.contexts()[0]?.pages()[0])
  const paint = await untilAsked(() => paintOf(page))
  // Nothing is asked of it any more, so that it does not cost the rest time.
  await browser.close()
  return paint
}

const paintOf = (page: Page) =>
  page.evaluate(() => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0]
    return paint && performance.timeOrigin + paint.startTime
  })

async function untilAsked<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let waited = 0; waited < PATIENCE; waited += LOOK_EVERY) {
    const found = await look()
    if (found !== undefined) return found
    await setTimeout(LOOK_EVERY)
  }
  throw new Error('The package did not come so far within five minutes.')
}

const until = <T>(look: () => T | undefined | false): Promise<T> =>
  untilAsked(() => Promise.resolve(look() || undefined))

/** Of the only run; empty as long as there is no such file. */
function textIn(runs: string, name: string): string {
  try {
    return readFileSync(join(runs, readdirSync(runs)[0] ?? '', name), 'utf8')
  } catch {
    return ''
  }
}

/** The time of the first record that has some words in it, in milliseconds since 1970. */
function wallOf(text: string, words: string): number | undefined {
  const line = text.split('\n').find((line) => line.includes(words) && line.endsWith('}'))
  return line === undefined ? undefined : (JSON.parse(line) as { wall: number }).wall * 1000
}
