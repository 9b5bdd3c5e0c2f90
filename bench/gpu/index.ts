import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { LoadMeter } from '../../host/machine/machine-load.ts'
import { Home } from '../../host/machine/home.ts'
import { Workbench } from '../../host/workbench.ts'
import type { DeviceDescription } from '../../shared/contract/trainer.ts'
import { UsageError } from '../../shared/errors.ts'
import { writeJson, writeWhole } from '../../storage/files.ts'
import { annealJobs, type Lab } from './anneal.ts'
import { fromFilesJobs } from './from-files.ts'
import type { Job, Row } from './job.ts'
import { largestBatchJob } from './largest-batch.ts'
import { pytorchJobs } from './pytorch.ts'
import { goalFor, markdown, type GpuReport, type Setting } from './report.ts'
import { measureAll } from './rounds.ts'
import { large, small } from './sizes.ts'

interface Options {
  readonly python?: string
  readonly minutes: number
  readonly rounds: number
  readonly batch?: number
  readonly network?: string
  readonly only?: readonly string[]
  readonly small?: boolean
  readonly out?: string
  readonly json?: boolean
}

/** Share of all the time that one measurement may take. */
const SHARE = 0.25

/** Measures what a GPU is for, within the minutes given, and prints it as a table in Markdown or as JSON. */
export async function benchGpu(options: Options): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  try {
    const home = new Home(join(work, 'home'))
    const machine = await settingOf(home, options)
    const { jobs, leftOut } = chosen(jobsOf({ home, ...machine }, work, options.python), options.only)
    const setting = { ...machine, notes: [...machine.notes, ...leftOut] }
    for (const note of setting.notes) console.error(note)
    // A folder that cannot be written to is told before anything is measured.
    keep(setting, [], options.out)
    // The process's own clock: its start counts too.
    const left = () => setting.seconds - performance.now() / 1000
    const limits = { rounds: options.rounds, left, each: SHARE * setting.seconds }
    const rows = await measureAll(jobs, limits, {
      begin: (round, name) => console.error(`${left().toFixed(0)} s left, round ${round + 1}: ${name}`),
      rows: (soFar) => keep(setting, soFar, options.out),
    })
    const report = keep(setting, rows, options.out)
    if (rows.every(({ rounds }) => rounds === 0)) process.exitCode = 1
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : markdown(report))
  } finally {
    rmSync(work, { recursive: true, force: true, maxRetries: 10 })
  }
}

async function settingOf(home: Home, options: Options): Promise<Setting> {
  const { devices, tensorFlow } = await new Workbench(home).describeMachine()
  const gpu = devices.find(({ type }) => type === 'GPU')
  const base = options.small || !gpu ? small : large
  return {
    date: new Date().toISOString(),
    device: gpu ?? devices[0]!,
    processor: cpus()[0]?.model.trim() ?? 'a processor of unknown model',
    cores: availableParallelism(),
    tensorFlow: tensorFlow.version,
    node: process.versions.node,
    sizes: {
      ...base,
      ...(options.batch && { batch: options.batch }),
      ...(options.network && { network: options.network }),
    },
    seconds: 60 * options.minutes,
    rounds: options.rounds,
    notes: await notesOf(gpu, options),
  }
}

async function notesOf(gpu: DeviceDescription | undefined, options: Options): Promise<string[]> {
  const notes: string[] = []
  if (!gpu) {
    const { gpus } = await new LoadMeter().measure()
    const idle = gpus.length > 0 ? `, though this machine has ${gpus[0]!.name} ("anneal doctor" tells why)` : ''
    notes.push(
      `TensorFlow sees no GPU here${idle}: small sizes on the CPU, which show that everything runs and say nothing about a GPU.`,
    )
  } else if (options.small) notes.push('Small sizes, as asked for: they say nothing about what the GPU can do.')
  if (options.python === undefined)
    notes.push('PyTorch was not measured: name a Python that has it with --python PATH.')
  return notes
}

/** In the order of their weight: what comes last is left out where time does not do. */
function jobsOf(lab: Lab, work: string, python: string | undefined): Job[] {
  const [own, torch] = [annealJobs(lab), python === undefined ? [] : pytorchJobs(lab, python)]
  const FIRST = 2
  return [
    ...[...own.slice(0, FIRST), ...torch.slice(0, FIRST), ...own.slice(FIRST)],
    ...[largestBatchJob(lab), ...fromFilesJobs(lab, work, python), ...torch.slice(FIRST)],
  ]
}

const namesOf = (jobs: readonly Job[]) => jobs.map(({ name }) => name).join('; ')

/** The jobs whose name has one of the words in it, and a sentence about the others. */
function chosen(jobs: readonly Job[], words: readonly string[] | undefined) {
  const isChosen = ({ name }: Job) => !words || words.some((word) => name.toLowerCase().includes(word))
  const those = jobs.filter(isChosen)
  if (those.length === 0)
    throw new UsageError(`No row has one of these words in its name: ${words!.join(', ')}; ${namesOf(jobs)} are there.`)
  const names = namesOf(jobs.filter((job) => !isChosen(job)))
  return {
    jobs: those,
    leftOut: names !== '' ? [`Left out by --only: ${names}.`] : [],
  }
}

/** Where a folder is named, what there is so far lies in it: a command that is ended from outside has not been for nothing. */
function keep(setting: Setting, rows: readonly Row[], folder: string | undefined): GpuReport {
  const report = { ...setting, took: performance.now() / 1000, rows, goal: goalFor(setting, rows) }
  if (folder !== undefined) {
    writeJson(join(folder, 'gpu.json'), report)
    writeWhole(join(folder, 'gpu.md'), markdown(report))
  }
  return report
}
