import type { Command } from 'commander'
import type { DatasetReport } from '../shared/contract/trainer.ts'
import type { Workbench } from '../host/workbench.ts'
import { answering } from './answer.ts'
import { addDatasetsPreview } from './datasets-preview.ts'
import { counted, shortPath } from './format.ts'
import { withProgress } from './progress.ts'
import { section, table } from './text.ts'

/** Unreadable images that are named on a terminal; `--json` names all. */
const NAMED = 20

export function addDatasets(program: Command, workbench: Workbench): void {
  const datasets = program.command('datasets').description('the image folders that have a name')
  answering(datasets.command('list').description('list them'), () => {
    const list = workbench.datasets.list()
    return { data: { datasets: list }, text: table(list.map(({ name, root, bundled }) => [name, bundled ? '(bundled)' : shortPath(root)])) }
  })
  answering(
    datasets.command('add').description('name a folder that holds train/ and val/ with a folder per class').argument('<name>').argument('<folder>'),
    (name: string, folder: string) => {
      const dataset = workbench.datasets.add(name, folder)
      return { data: dataset, text: `Added ${name}. "anneal datasets check ${name}" reads every image once.` }
    },
  )
  answering(datasets.command('remove').description('forget a name; the folder stays').argument('<name>'), (name: string) => {
    const dataset = workbench.datasets.remove(name)
    return { data: dataset, text: `Removed ${name}; its images stay in ${shortPath(dataset.root)}.` }
  })
  answering(
    datasets.command('check').description('count the images and find those that cannot be read').argument('<dataset>', 'a name or a folder'),
    async (name: string) => {
      const report = await withProgress((onProgress) => workbench.checkDataset(name, onProgress))
      return { data: report, text: describeDataset(report) }
    },
  )
  addDatasetsPreview(datasets, workbench)
}

function describeDataset({ root, classes, splits, unreadable }: DatasetReport): string {
  const rows = classes.map((name, i) => [name, String(splits.train.perClass[i] ?? 0), String(splits.val.perClass[i] ?? 0)])
  const total = ['all', String(splits.train.images), String(splits.val.images)]
  const parts = [section(shortPath(root), [['class', 'train', 'val'], ...rows, total], [1, 2])]
  if (unreadable.length > 0) parts.push(describeUnreadable(unreadable))
  return parts.join('\n\n')
}

function describeUnreadable(unreadable: DatasetReport['unreadable']): string {
  const rows = unreadable.slice(0, NAMED).map(({ file, reason }) => [file, reason])
  const more = unreadable.length > NAMED ? [['...', `${unreadable.length - NAMED} more; --json names all`]] : []
  return section(`${counted(unreadable.length, 'image')} cannot be read and will be left out`, [...rows, ...more])
}
