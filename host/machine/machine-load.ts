import { cpus, freemem, totalmem } from 'node:os'
import type { MachineLoad } from '../../shared/contract/workbench.ts'
import { queryNvidiaSmi } from './nvidia-smi.ts'

const MIB = 1024 ** 2
/** Milliseconds after which NVIDIA's tool is taken to hang. */
const PATIENCE = 1500
const fields = ['name', 'utilization.gpu', 'memory.used', 'memory.total']

interface CpuTime {
  readonly busy: number
  readonly total: number
}

/** Measures how busy the machine is: the CPU share is of the time since it was last asked. */
export class LoadMeter {
  #before = cpuTime()
  #hasGpus = true

  async measure(): Promise<MachineLoad> {
    const now = cpuTime()
    const total = now.total - this.#before.total
    const cpu = total > 0 ? (now.busy - this.#before.busy) / total : 0
    this.#before = now
    const memoryTotal = totalmem()
    return { wall: Date.now() / 1000, cpu, memoryUsed: memoryTotal - freemem(), memoryTotal, gpus: await this.#gpus() }
  }

  /** Of NVIDIA's tool; where it is missing it is not asked again. */
  async #gpus(): Promise<MachineLoad['gpus']> {
    if (!this.#hasGpus) return []
    try {
      return parseGpus((await queryNvidiaSmi(fields, PATIENCE)) ?? '')
    } catch {
      this.#hasGpus = false
      return []
    }
  }
}

/** Lines of name, per cent, MiB used, MiB in all; a figure that a device does not give is 0. */
export function parseGpus(csv: string): MachineLoad['gpus'][number][] {
  return csv
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const parts = line.split(',').map((part) => part.trim())
      const [utilisation, used, total] = parts.slice(-3).map((part) => Number(part) || 0)
      return {
        name: parts.slice(0, -3).join(', '),
        utilisation: utilisation! / 100,
        memoryUsed: used! * MIB,
        memoryTotal: total! * MIB,
      }
    })
}

function cpuTime(): CpuTime {
  const times = cpus().map((cpu) => cpu.times)
  const total = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0)
  return { total, busy: total - times.reduce((sum, { idle }) => sum + idle, 0) }
}
