import { execFile } from 'node:child_process'
import { cpus, freemem, totalmem } from 'node:os'
import { promisify } from 'node:util'
import type { MachineLoad } from '../../shared/contract/workbench.ts'

const run = promisify(execFile)
const MIB = 1024 ** 2
/** Milliseconds after which NVIDIA's tool is taken to hang. */
const PATIENCE = 1500

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
    const asked = run('nvidia-smi', [
      '--query-gpu=name,utilization.gpu,memory.used,memory.total',
      '--format=csv,noheader,nounits',
    ])
    // Not Node's own timeout: where the tool is missing it kills process 0, which is all of our own group, if it
    // fires before Node has told so; in Electron it does when nothing else happens meanwhile.
    const limit = setTimeout(() => asked.child.pid !== undefined && asked.child.kill(), PATIENCE)
    try {
      return parseGpus((await asked).stdout)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#hasGpus = false
      return []
    } finally {
      clearTimeout(limit)
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
