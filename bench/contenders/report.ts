import { median } from '../contender.ts'

/** Batch, image size and timed steps, as the arguments of a contender's process. */
export function workloadOf(argv: readonly string[]): { batch: number; size: number; steps: number } {
  const [batch, size, steps] = argv.slice(2).map(Number) as [number, number, number]
  return { batch, size, steps }
}

const WARM_UP = 2

/** Times a step several times after a warm-up, and prints the measurement as a JSON line. */
export async function timeSteps(step: () => Promise<unknown>, batch: number, steps: number): Promise<void> {
  const rates: number[] = []
  for (let i = 0; i < WARM_UP + steps; i++) {
    const started = performance.now()
    await step()
    if (i >= WARM_UP) rates.push(batch / ((performance.now() - started) / 1000))
  }
  const KIB = 1024
  console.log(JSON.stringify({ imagesPerSecond: median(rates), peakBytes: process.resourceUsage().maxRSS * KIB }))
}

const ROUNDS = 3

/** Times several kinds of work in turn after a warm-up, and prints the images a second of each round, by their names. */
export async function timeInTurn(
  work: Readonly<Record<string, () => Promise<unknown>>>,
  images: number,
): Promise<void> {
  const all = Object.entries(work).map(([name, run]) => ({ name, run, rates: [] as number[] }))
  for (let i = 0; i <= ROUNDS; i++)
    for (const { run, rates } of all) {
      const started = performance.now()
      await run()
      if (i > 0) rates.push(images / ((performance.now() - started) / 1000))
    }
  console.log(JSON.stringify(Object.fromEntries(all.map(({ name, rates }) => [name, rates]))))
}
