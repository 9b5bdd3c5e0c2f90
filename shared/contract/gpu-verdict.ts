import { formatBytes } from '../format-bytes.ts'
import type { CudaGpu, GpuFacts } from './gpu.ts'

/** What is true of the GPUs of a machine, and what to do where they cannot be used. */
export interface GpuVerdict {
  /**
   * `none`: there is no NVIDIA GPU; `usable`: TensorFlow can train on one; `unusable`: there is one, and it cannot.
   */
  readonly state: 'none' | 'usable' | 'unusable'
  /** Sentences: one for each GPU, or why there is none; what prevents its use first. */
  readonly findings: readonly GpuFinding[]
}

export interface GpuFinding {
  readonly state: 'ok' | 'warning' | 'problem'
  readonly detail: string
}

/** CUDA 12.0 and the driver that came with it, by NVIDIA's table of compatible drivers. */
const LEAST_CUDA = 12_000
const LEAST_DRIVER = '525.60.13'
/** What the newest code of TensorFlow's build, for 9.0, is compiled from: an older driver refuses it (error 222). */
const HOPPER_CUDA = 12_050
const HOPPER_DRIVER = '555.42.02'
/** The compute capabilities that the build has code for: from the first up to below the second. */
const LEAST_CAPABILITY = 6
const FIRST_CAPABILITY_WITHOUT_CODE = 10
/** A share of a card's memory that others may have taken without a word. */
const TAKEN = 0.1

/** What the facts come to. */
export function gpuVerdict(facts: GpuFacts): GpuVerdict {
  const { driver } = facts
  if (!hasCard(facts)) return { state: 'none', findings: [{ state: 'ok', detail: 'No NVIDIA GPU is found.' }] }
  if (driver.state === 'absent') return unusable(withoutDriver(facts))
  if (driver.cudaVersion < LEAST_CUDA && driver.cudaVersion > 0) return unusable(oldDriver(facts, driver.cudaVersion))
  if (driver.state === 'refused')
    return unusable(facts.visible === undefined || driver.code !== 100 ? refused(driver.code) : hidden(facts.visible))
  if (driver.gpus.length === 0) return unusable(facts.visible === undefined ? refused(100) : hidden(facts.visible))
  return ofGpus(facts, driver.gpus, driver.cudaVersion)
}

/** Why a GPU that was asked for is not used, as one sentence. */
export const whyNoGpu = (facts: GpuFacts): string =>
  gpuVerdict(facts).findings.find(({ state }) => state !== 'ok')?.detail ??
  (hasCard(facts)
    ? 'TensorFlow does not list it, though all that it needs is there; the log of the trainer has its own words, with TF_CPP_MIN_LOG_LEVEL=0.'
    : 'No NVIDIA GPU is found.')

function hasCard({ driver, kernelDriver, hasDeviceFile, isWsl, cards, smi }: GpuFacts): boolean {
  // WSL has its device without a card too; its driver then has no GPU.
  const driverTells = driver.state === 'ready' ? driver.gpus.length > 0 : driver.state === 'refused' && !isWsl
  return driverTells || kernelDriver !== undefined || hasDeviceFile || cards > 0 || smi.length > 0
}

const unusable = (detail: string): GpuVerdict => ({ state: 'unusable', findings: [{ state: 'problem', detail }] })

function withoutDriver({ isContainer, isWsl, kernelDriver, driver }: GpuFacts): string {
  if (isWsl)
    return 'There is a GPU in Windows, but its driver for WSL 2 is not found (libcuda.so.1, in /usr/lib/wsl/lib); install NVIDIA\'s current driver in Windows, none in Linux, and run "wsl --update".'
  if (isContainer)
    return "There is an NVIDIA GPU, but this container has not got its driver's files (libcuda.so.1); install the NVIDIA Container Toolkit on the machine and start the container with --gpus all."
  if (kernelDriver === undefined)
    return `There is an NVIDIA GPU, but NVIDIA's driver is not loaded; install it, version ${LEAST_DRIVER} or later, and start the machine anew.`
  const reason = driver.state === 'absent' ? ` (${driver.reason})` : ''
  return `NVIDIA's driver ${kernelDriver} is loaded, but its library libcuda.so.1 cannot be opened${reason}; install the part of the driver that programs use (on Debian: libcuda1).`
}

function oldDriver(facts: GpuFacts, cudaVersion: number): string {
  return `NVIDIA's driver${driverName(facts)} is too old: it runs CUDA ${cudaName(cudaVersion)}, and TensorFlow's CUDA build needs ${cudaName(LEAST_CUDA)}; install driver ${LEAST_DRIVER} or later${facts.isWsl ? ' in Windows' : ''}.`
}

const hidden = (visible: string) =>
  `The GPU is hidden by CUDA_VISIBLE_DEVICES=${visible}${visible === '' ? ' (empty)' : ''}; unset it, or name a GPU that is there (0 is the first).`

/** `CUresult` of the driver's API. */
function refused(code: number): string {
  switch (code) {
    case 2:
      return "NVIDIA's driver has no memory left to begin with (CUDA error 2); end other programs that use the GPU."
    case 34:
      return "The libcuda.so.1 that is found is a stub without a driver (CUDA error 34); take CUDA's folder of stubs out of LD_LIBRARY_PATH."
    case 46:
      return 'The GPU is in use by another program that has it for itself (CUDA error 46); end that, or set its compute mode to "Default" with nvidia-smi -c 0.'
    case 100:
      return "NVIDIA's driver is there, but it finds no GPU (CUDA error 100); look with nvidia-smi whether the card is seen at all."
    case 802:
      return 'The GPUs are not yet ready (CUDA error 802); start the service nvidia-fabricmanager, which machines with NVSwitch need.'
    case 803:
      return "NVIDIA's library and its kernel module are of different versions (CUDA error 803); start the machine anew after the update of the driver."
    case 804:
      return 'The libcuda.so.1 that is found is meant for newer cards or drivers (CUDA error 804); take the folder "compat" of CUDA out of LD_LIBRARY_PATH.'
    case 999:
      return "NVIDIA's driver does not start (CUDA error 999); after a suspend load it anew (sudo rmmod nvidia_uvm, sudo modprobe nvidia_uvm), or start the machine anew."
    default:
      return `NVIDIA's driver does not start (CUDA error ${code}); NVIDIA's list of CUresult tells what that is.`
  }
}

function ofGpus(facts: GpuFacts, gpus: readonly CudaGpu[], cudaVersion: number): GpuVerdict {
  const each = gpus.map((gpu): GpuFinding => {
    const problem = problemOf(gpu, facts, cudaVersion)
    return problem === undefined
      ? { state: 'ok', detail: describe(gpu, facts, cudaVersion) }
      : { state: 'problem', detail: problem }
  })
  const isAble = each.some(({ state }) => state === 'ok')
  const rest = [...buildFindings(facts, isAble), ...takenFindings(facts), ...hiddenFindings(facts, gpus)]
  const findings = [...each, ...rest]
  const state = isAble && !rest.some((finding) => finding.state === 'problem') ? 'usable' : 'unusable'
  const order = { problem: 0, warning: 1, ok: 2 }
  return { state, findings: findings.sort((a, b) => order[a.state] - order[b.state]) }
}

function problemOf({ model, computeCapability }: CudaGpu, facts: GpuFacts, cudaVersion: number): string | undefined {
  const capability = Number(computeCapability)
  if (capability >= FIRST_CAPABILITY_WITHOUT_CODE)
    return `${model} has compute capability ${computeCapability}, and TensorFlow's build has code for ${LEAST_CAPABILITY}.0 to 9.0: it cannot compute on this card; until TensorFlow has a newer build, train on the processor (run.device=cpu).`
  if (capability < LEAST_CAPABILITY)
    return `${model} has compute capability ${computeCapability}, and TensorFlow's build has code from ${LEAST_CAPABILITY}.0 (Pascal) on: it cannot compute on this card.`
  if (capability >= 9 && cudaVersion < HOPPER_CUDA)
    return `NVIDIA's driver${driverName(facts)} is too old for ${model}: it runs CUDA ${cudaName(cudaVersion)}, and most of TensorFlow's code is compiled for this card by a driver for CUDA ${cudaName(HOPPER_CUDA)}; install driver ${HOPPER_DRIVER} or later.`
  return undefined
}

const describe = ({ model, computeCapability, memoryBytes }: CudaGpu, facts: GpuFacts, cudaVersion: number) =>
  `${model}, compute capability ${computeCapability}, ${formatBytes(memoryBytes)}, driver${driverName(facts)} (CUDA ${cudaName(cudaVersion)})`

function buildFindings({ build, closed }: GpuFacts, isAble: boolean): GpuFinding[] {
  if (build === 'cpu' && isAble)
    return [
      {
        state: 'problem',
        detail:
          'TensorFlow\'s build for the processor alone is in use, so the GPU is not; fetch the CUDA build with "anneal builds fetch cuda".',
      },
    ]
  if (build === 'cpu' || closed.length === 0) return []
  const reasons = closed.map(({ name, reason }) => `${name} (${reason})`).join(', ')
  const remedy =
    build === 'cuda'
      ? 'fetch the CUDA build anew with "anneal builds fetch cuda --repair"'
      : "lay NVIDIA's libraries into nvidia/*/lib beside the folder that ANNEAL_TENSORFLOW names, or unset that"
  return [
    {
      state: 'problem',
      detail: `TensorFlow uses no GPU, since ${closed.length === 1 ? 'a library of' : 'libraries of'} CUDA cannot be opened: ${reasons}; ${remedy}.`,
    },
  ]
}

function takenFindings({ smi }: GpuFacts): GpuFinding[] {
  return smi.flatMap(({ model, memoryBytes, usedBytes }): GpuFinding[] =>
    usedBytes <= TAKEN * memoryBytes
      ? []
      : [
          {
            state: 'warning',
            detail: `Other programs have taken ${formatBytes(usedBytes)} of the ${formatBytes(memoryBytes)} of ${model}; nvidia-smi names them.`,
          },
        ],
  )
}

/** Some of several. */
function hiddenFindings({ smi, visible }: GpuFacts, gpus: readonly CudaGpu[]): GpuFinding[] {
  const count = smi.length - gpus.length
  if (visible === undefined || count <= 0) return []
  return [
    { state: 'ok', detail: `${count} more ${count === 1 ? 'is' : 'are'} hidden by CUDA_VISIBLE_DEVICES=${visible}.` },
  ]
}

const driverName = ({ kernelDriver, smi }: GpuFacts): string => {
  const name = kernelDriver ?? smi[0]?.driver
  return name === undefined ? '' : ` ${name}`
}

const cudaName = (version: number): string => `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`
