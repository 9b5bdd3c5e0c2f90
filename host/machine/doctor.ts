import { accessSync, constants, statfsSync, statSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { tensorFlowName } from '../../shared/contract/builds.ts'
import type { GpuFacts } from '../../shared/contract/gpu.ts'
import { gpuVerdict } from '../../shared/contract/gpu-verdict.ts'
import type { LibraryCandidate, MachineDescription } from '../../shared/contract/trainer.ts'
import {
  effectOf,
  precisionSwitches,
  type Effect,
  type PrecisionSwitch,
} from '../../shared/contract/precision-effect.ts'
import { formatBytes } from '../../shared/format-bytes.ts'
import { nearestFolder } from '../../storage/nearest-folder.ts'
import { libraryCandidates } from '../../storage/builds/library.ts'
import type { Home } from './home.ts'

export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warning' | 'problem'
  /** What was found; for a warning or problem also what to do. */
  readonly detail: string
}

/** What was found out about this installation. A problem prevents training, a warning does not. */
export interface Diagnosis {
  readonly checks: readonly Check[]
  /** The folders where TensorFlow is looked for, and what is there. */
  readonly libraries: readonly LibraryCandidate[]
  readonly gpu?: GpuFacts
  readonly machine?: MachineDescription
  /** What the precision switches of a recipe do on each device, by its name. */
  readonly precision: Readonly<Record<string, Readonly<Record<PrecisionSwitch, Effect>>>>
  readonly cores: number
  readonly memoryBytes: number
  readonly freeBytes?: number
  readonly home: string
}

const GIB = 1024 ** 3
const LITTLE_DISK = 2 * GIB
const LITTLE_MEMORY = 4 * GIB

/** What only a trainer can tell. */
export interface Descriptions {
  describeGpu(): Promise<GpuFacts>
  describeMachine(): Promise<MachineDescription>
}

/** Looks at everything that training needs. */
export async function diagnose({ root: home }: Home, descriptions: Descriptions): Promise<Diagnosis> {
  const [gpu, machine] = await Promise.all([
    attempt(() => descriptions.describeGpu()),
    attempt(() => descriptions.describeMachine()),
  ])
  const memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Infinity)
  const freeBytes = freeSpace(home)
  return {
    checks: [
      checkNode(),
      checkPlatform(),
      checkTensorFlow(machine),
      ...checkGpu(gpu.value),
      checkMemory(memoryBytes),
      checkHome(home),
      checkDisk(freeBytes),
    ],
    libraries: attemptNow(() => libraryCandidates(process.env)) ?? [],
    gpu: gpu.value,
    machine: machine.value,
    precision: effects(machine.value),
    cores: availableParallelism(),
    memoryBytes,
    freeBytes,
    home,
  }
}

function effects(machine: MachineDescription | undefined): Diagnosis['precision'] {
  const of = (device: MachineDescription['devices'][number]) =>
    Object.fromEntries(precisionSwitches.map((name) => [name, effectOf(name, device)])) as Record<
      PrecisionSwitch,
      Effect
    >
  return Object.fromEntries((machine?.devices ?? []).map((device) => [device.name, of(device)]))
}

interface Attempt<T> {
  readonly value?: T
  readonly problem?: string
}

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function attemptNow<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

function checkNode(): Check {
  // The Node of Electron, which a package brings and is tested with.
  const { electron } = process.versions
  if (electron !== undefined)
    return { name: 'Node', state: 'ok', detail: `${process.versions.node}, of Electron ${electron}` }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  // As `engines` in package.json has it.
  const isEnough = major >= 24 || (major === 22 && minor >= 13) || (major === 20 && minor >= 19)
  return {
    name: 'Node',
    state: isEnough ? 'ok' : 'problem',
    detail: isEnough
      ? process.versions.node
      : `${process.versions.node} is not one that Anneal is made for; install Node 24 or later.`,
  }
}

function checkPlatform(): Check {
  const platform = `${process.platform} ${process.arch}`
  const isKnown = platform === 'linux x64'
  return {
    name: 'platform',
    state: isKnown ? 'ok' : 'warning',
    detail: isKnown ? platform : `Anneal is tested on linux x64 only, and this is ${platform}.`,
  }
}

function checkTensorFlow({ value, problem }: Attempt<MachineDescription>): Check {
  const name = 'TensorFlow'
  return value
    ? {
        name,
        state: 'ok',
        detail: `${tensorFlowName(value.tensorFlow.version, value.tensorFlow.build)}, ${value.tensorFlow.folder}`,
      }
    : { name, state: 'problem', detail: problem ?? '' }
}

/** A GPU that cannot be used keeps nobody from training on the processor. */
function checkGpu(facts: GpuFacts | undefined): Check[] {
  // Why nothing could be found out is why TensorFlow cannot be loaded.
  if (!facts) return []
  return gpuVerdict(facts).findings.map(({ state, detail }) => ({
    name: 'GPU',
    state: state === 'problem' ? 'warning' : state,
    detail,
  }))
}

function checkMemory(bytes: number): Check {
  const isLittle = bytes < LITTLE_MEMORY
  return {
    name: 'memory',
    state: isLittle ? 'warning' : 'ok',
    detail: formatBytes(bytes) + (isLittle ? ' is little; keep data.batchSize small.' : ''),
  }
}

function checkHome(home: string): Check {
  const problem = homeProblem(home)
  return { name: 'ANNEAL_HOME', state: problem ? 'problem' : 'ok', detail: problem ?? home }
}

/** It is made when it is needed, so what counts is the folder that it will be made in. */
function homeProblem(home: string): string | undefined {
  const folder = nearestFolder(home)
  if (!statSync(folder).isDirectory()) return `${folder} is a file; remove it or set ANNEAL_HOME to a folder.`
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return undefined
  } catch {
    return `${folder} cannot be written; change its permissions or set ANNEAL_HOME to another folder.`
  }
}

function freeSpace(home: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(nearestFolder(home))
    return bavail * bsize
  } catch {
    return undefined
  }
}

function checkDisk(free: number | undefined): Check {
  if (free === undefined) return { name: 'free disk', state: 'warning', detail: 'It could not be measured.' }
  const isLittle = free < LITTLE_DISK
  return {
    name: 'free disk',
    state: isLittle ? 'warning' : 'ok',
    detail: formatBytes(free) + (isLittle ? ' is little for checkpoints; free some space.' : ''),
  }
}
