import type { Command } from 'commander'
import { fetchable, type Workbench } from '../host/workbench.ts'
import { formatBytes } from '../shared/format-bytes.ts'
import { answering } from './answer.ts'
import { shortPath } from './format.ts'
import { table } from './text.ts'

/** Percent between two lines about a download. */
const STEP = 10

/** `datasets fetch`: what can be fetched, or one of it. */
export function addDatasetsFetch(datasets: Command, workbench: Workbench): void {
  const command = datasets
    .command('fetch')
    .description(
      `download one of ${fetchable.map((known) => known.name).join(', ')}; without a name, tell what they are`,
    )
    .argument('[name]')
    .option('--mirror <url>', 'a server that has the files under their own names')
  answering(command, async (name?: string, options: { mirror?: string } = {}) => {
    if (name === undefined) {
      return { data: { datasets: fetchable }, text: table(fetchable.map((known) => [known.name, known.title])) }
    }
    const say = (line: string) => void process.stderr.write(`${line}\n`)
    const dataset = await workbench.fetchDataset(name, { ...options, say, onBytes: (file) => counter(file, say) })
    return {
      data: dataset,
      text: `Fetched ${name} to ${shortPath(dataset.root)}; its files have the right checksums. It is a dataset now: "anneal train --dataset ${name}".`,
    }
  })
}

/** Tells how far a download is, every tenth of it. */
function counter(file: string, say: (line: string) => void): (done: number, total: number | undefined) => void {
  let told = 0
  return (done, total) => {
    if (!total || (100 * done) / total < told + STEP) return
    told = Math.floor((100 * done) / total / STEP) * STEP
    say(`  ${file}  ${formatBytes(done)} of ${formatBytes(total)}, ${told} %`)
  }
}
