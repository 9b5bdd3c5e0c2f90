import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { UsageError } from '../shared/errors.ts'
import { median } from './contender.ts'
import { launch, type Launch } from './window/launch.ts'

interface Options {
  readonly rounds: number
  readonly app: string
  readonly cold?: boolean
  readonly json?: boolean
}

/** Seconds that each moment is to come within. */
const goals: Partial<Record<keyof Launch, number>> = { window: 2.5, epoch: 20 }
const titles: Readonly<Record<keyof Launch, string>> = {
  window: 'The window shows its page',
  trainer: 'TensorFlow is loaded for the first run',
  training: 'Its images have been looked at, its network is built',
  steps: 'Its first 10 steps are done',
  epoch: 'Its first epoch is trained and evaluated',
}
const say = (text: string) => void process.stderr.write(`${text}\n`)

/** Measures the package from its start in a home that is new, until it has trained one epoch of the demo. */
export async function benchLaunch({ rounds, app, cold = false, json }: Options): Promise<void> {
  const folder = resolve(app)
  if (!existsSync(join(folder, 'anneal')))
    throw new UsageError(`There is no package in ${folder}; make one with "npm run package".`)
  if (cold && process.getuid?.() !== 0)
    throw new UsageError('Only root can empty the cache of files; leave out --cold.')
  const launches: Launch[] = []
  for (let round = 0; round < rounds; round++) {
    say(`Round ${round + 1} of ${rounds}`)
    launches.push(await inNewHome(folder, cold))
  }
  if (json) console.log(JSON.stringify({ cores: cpus().length, processor: cpus()[0]?.model, cold, launches }))
  else print(launches)
}

async function inNewHome(app: string, cold: boolean): Promise<Launch> {
  const home = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  try {
    if (cold) writeFileSync('/proc/sys/vm/drop_caches', '3')
    return await launch(join(app, 'anneal'), home)
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  }
}

function print(launches: readonly Launch[]): void {
  console.log('Seconds from the start of the package in a new home')
  for (const key of Object.keys(titles) as (keyof Launch)[]) {
    const all = launches.map((each) => each[key])
    const goal = goals[key]
    const beside = goal === undefined ? '' : `  goal ${goal} s, ${(median(all) / goal).toFixed(2)} of it`
    console.log(
      `${titles[key].padEnd(56)} ${median(all).toFixed(2).padStart(6)}  most ${Math.max(...all)
        .toFixed(2)
        .padStart(6)}${beside}`,
    )
  }
}
