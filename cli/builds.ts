import { Argument, type Command } from 'commander'
import type { Workbench } from '../host/workbench.ts'
import {
  buildChoices,
  buildNames,
  type BuildChoice,
  type BuildDescription,
  type BuildName,
} from '../shared/contract/builds.ts'
import { gigabytes } from '../shared/format-bytes.ts'
import { answering } from './answer.ts'
import { fetchDisplay } from './fetch-display.ts'
import { shortPath } from './format.ts'
import { onInterrupt, signalStatus, type StopSignal } from './interrupt.ts'
import { table, wrap } from './text.ts'

export function addBuilds(program: Command, workbench: Workbench): void {
  const builds = program
    .command('builds')
    .description("TensorFlow's builds: for the processor alone, and with CUDA for NVIDIA's GPUs")
  answering(builds.command('list', { isDefault: true }).description('what is there, and which is used'), () => {
    const { build: choice } = workbench.settings.read()
    const known = workbench.builds.list()
    return { data: { choice, builds: known }, text: describe(known, choice) }
  })
  addFetch(builds, workbench)
  answering(
    builds
      .command('use')
      .description('choose the build that runs load')
      .addArgument(new Argument('<build>', 'auto: that with CUDA where a GPU may be').choices(buildChoices)),
    async (choice: BuildChoice) => {
      await workbench.settings.change((settings) => ({ ...settings, build: choice }))
      return { data: { choice }, text: chosen(choice) }
    },
  )
  answering(
    builds
      .command('remove')
      .description('delete a build that was fetched')
      .addArgument(new Argument('<build>').choices(buildNames)),
    async (name: BuildName) => {
      await workbench.removeBuild(name)
      return { data: { removed: name }, text: `The ${name} build is deleted.` }
    },
  )
}

interface FetchOptions {
  readonly repair?: boolean
  readonly mirror?: string
  readonly pins?: string
}

function addFetch(builds: Command, workbench: Workbench): void {
  const command = builds
    .command('fetch')
    .description('download a build; goes on where it was interrupted')
    .addArgument(new Argument('<build>').choices(buildNames))
    .option('--mirror <place>', 'a folder or a server that has the wheels under their own names')
    .option('--pins <file>', "NVIDIA's packages in other versions, for the CUDA build")
    .option('--repair', 'compare what is there with its checksums, and fetch anew what differs')
  answering(command, async (name: BuildName, options: FetchOptions) => {
    const display = fetchDisplay()
    const end = (signal: StopSignal) => {
      display.end()
      process.exit(signalStatus(signal))
    }
    const interrupts = onInterrupt(end, end)
    try {
      await workbench.builds.fetch(name, { ...options, say: display.say, onProgress: display.show })
    } finally {
      interrupts.release()
      display.end()
    }
    const [build] = workbench.builds.list().filter((one) => one.name === name)
    return { data: build, text: `The ${name} build is in ${shortPath(build!.folder)}.` }
  })
}

function describe(known: readonly BuildDescription[], choice: BuildChoice): string {
  const rows = known.map(({ name, version, state, source, folder, downloadBytes }) => [
    name,
    version,
    state,
    state === 'usable' ? (source === 'package' ? 'came with Anneal' : '') : `${gigabytes(downloadBytes)} to fetch`,
    shortPath(folder),
  ])
  return `${table(rows)}\n\n${wrap(chosen(choice))}`
}

const chosen = (choice: BuildChoice) =>
  choice === 'auto'
    ? 'Runs load the build with CUDA where it is there and a GPU may be, else the other one.'
    : `Runs load the ${choice} build, unless ANNEAL_BUILD names another.`
