const WARM_UP = 1
export const BATCH = 32

/** Folder, cores and seconds, which follow an input contender's own arguments. */
export function inputWorkload(own: number): { folder: string; cores: number; seconds: number } {
  const [folder, cores, seconds] = process.argv.slice(2 + own) as [string, string, string]
  return { folder, cores: Number(cores), seconds: Number(seconds) }
}

/** Takes batches for a while, the first second of it not counted, and prints images per second, and per second of a core's time, as JSON. */
export async function timeBatches(next: () => Promise<unknown>, seconds: number, batch = BATCH): Promise<void> {
  const run = async (duration: number) => {
    const [began, before] = [performance.now(), process.cpuUsage()]
    let images = 0
    do {
      await next()
      images += batch
    } while (performance.now() - began < 1000 * duration)
    const { user, system } = process.cpuUsage(before)
    return {
      imagesPerSecond: images / ((performance.now() - began) / 1000),
      imagesPerCoreSecond: images / ((user + system) / 1e6),
    }
  }
  await run(WARM_UP)
  console.log(JSON.stringify(await run(seconds)))
}
