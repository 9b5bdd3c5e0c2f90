import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GpuSigns } from '../../shared/contract/gpu.ts'

/** NVIDIA's number among the makers of PCI devices, and the kinds that are graphics cards: for screens, and without. */
const NVIDIA = '0x10de'
const graphics = /^0x030[02]/

/** @param root of the file system; another one in tests */
export function gpuSigns(root = '/'): GpuSigns {
  const kernelDriver = /Kernel Module(?: for \S+)?\s+(\d+(?:\.\d+)+)/.exec(
    read(join(root, 'proc/driver/nvidia/version')),
  )?.[1]
  return {
    ...(kernelDriver !== undefined && { kernelDriver }),
    hasDeviceFile: existsSync(join(root, 'dev/nvidiactl')),
    isWsl: existsSync(join(root, 'dev/dxg')),
    cards: countCards(join(root, 'sys/bus/pci/devices')),
    isContainer: isContainer(root),
  }
}

/** Whether an NVIDIA GPU may be there for programs to use. */
export function mayHaveGpu(): boolean {
  const { hasDeviceFile, isWsl } = gpuSigns()
  return hasDeviceFile || isWsl
}

/** Whether anything tells of an NVIDIA GPU, also of one that programs cannot use yet. */
export function tellsOfGpu(): boolean {
  const { kernelDriver, hasDeviceFile, isWsl, cards } = gpuSigns()
  return kernelDriver !== undefined || hasDeviceFile || isWsl || cards > 0
}

function countCards(folder: string): number {
  return list(folder).filter((name) => {
    const file = (fact: string) => read(join(folder, name, fact)).trim()
    return file('vendor') === NVIDIA && graphics.test(file('class'))
  }).length
}

/** Docker and Podman leave a file, others a word in the list of the first process's groups. */
const isContainer = (root: string): boolean =>
  existsSync(join(root, '.dockerenv')) ||
  existsSync(join(root, 'run/.containerenv')) ||
  /docker|containerd|kubepods|lxc/.test(read(join(root, 'proc/1/cgroup')))

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
