import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { LoadMeter } from '../../host/machine/machine-load.ts'

/** Milliseconds between two looks. */
const PACE = 500
const KIB = 1024

/** Bytes in use now, by GPU, or of the process alone; nothing where that is not told. */
type Look = () => Promise<readonly number[]>

export interface MemoryWatch {
  /** Ends the watch. Returns the most that was held beyond what was held before, bytes; nothing where nobody told. */
  end(): Promise<number | undefined>
}

/**
 * Watches memory while something is measured: that of the GPU by NVIDIA's tool, or the highest resident memory of a
 * process by Linux.
 * @param pid of the process, once it has one
 */
export async function watchMemory(gpu: boolean, pid: () => number | undefined): Promise<MemoryWatch> {
  const look = gpu ? gpuMemory() : () => Promise.resolve(residentMemory(pid()))
  const before = gpu ? await look() : [0]
  let isOver = false
  const watching = watchUntil(() => isOver, look, before)
  return {
    end: () => {
      isOver = true
      return watching
    },
  }
}

async function watchUntil(isOver: () => boolean, look: Look, before: readonly number[]): Promise<number | undefined> {
  let highest: number | undefined
  while (!isOver()) {
    const now = await look()
    // NVIDIA's tool may not have answered one of the two times.
    if (now.length > 0 && now.length === before.length)
      highest = Math.max(highest ?? 0, ...now.map((bytes, i) => bytes - before[i]!))
    await wait(PACE)
  }
  return highest
}

function gpuMemory(): Look {
  const meter = new LoadMeter()
  return async () => (await meter.measure()).gpus.map(({ memoryUsed }) => memoryUsed)
}

function residentMemory(pid: number | undefined): number[] {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return peak === undefined ? [] : [Number(peak) * KIB]
  } catch {
    // It has not begun, or is over; elsewhere than on Linux there is no such file.
    return []
  }
}
