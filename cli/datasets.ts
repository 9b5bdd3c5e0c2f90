import type { Command } from 'commander'
import type { Workbench } from '../host/workbench.ts'
import { answering } from './answer.ts'
import { addDatasetsPreview } from './datasets-preview.ts'
import { addDatasetsFetch } from './datasets-fetch.ts'
import { describeDataset, describeListing } from './describe-dataset.ts'
import { shortPath } from './format.ts'
import { withProgress } from './progress.ts'
import { table } from './text.ts'
import { wholeNumber } from './whole-number.ts'

interface AddOptions {
  readonly imageKey?: string
  readonly labelKey?: string
  readonly labelOffset?: number
}

export function addDatasets(program: Command, workbench: Workbench): void {
  const datasets = program.command('datasets').description('the datasets that have a name')
  answering(datasets.command('list').description('list them'), () => {
    const list = workbench.datasets.list()
    return {
      data: { datasets: list },
      text: table(list.map(({ name, root, bundled }) => [name, bundled ? '(bundled)' : shortPath(root)])),
    }
  })
  answering(
    datasets.command('remove').description('forget a name; the folder stays').argument('<name>'),
    async (name: string) => {
      const dataset = await workbench.datasets.remove(name)
      return { data: dataset, text: `Removed ${name}; its images stay in ${shortPath(dataset.root)}.` }
    },
  )
  addDatasetsAdd(datasets, workbench)
  addDatasetsCheck(datasets, workbench)
  addDatasetsFetch(datasets, workbench)
  addDatasetsPreview(datasets, workbench)
}

function addDatasetsAdd(datasets: Command, workbench: Workbench): void {
  answering(
    datasets
      .command('add')
      .description('name a folder of images by class, or another folder or file of a dataset')
      .argument('<name>')
      .argument('<path>')
      .option('--image-key <feature>', 'of TFRecords: what their image is called')
      .option('--label-key <feature>', 'of TFRecords: what their label is called')
      .option('--label-offset <n>', 'of TFRecords: added to each label', wholeNumber('--label-offset', -1_000_000)),
    async (name: string, path: string, { imageKey, labelKey, labelOffset }: AddOptions) => {
      const records = {
        ...(imageKey !== undefined && { image: imageKey }),
        ...(labelKey !== undefined && { label: labelKey }),
        ...(labelOffset !== undefined && { labelOffset }),
      }
      const dataset = await withProgress((onProgress) => workbench.addDataset(name, path, { records, onProgress }))
      return {
        data: dataset,
        text: `${describeListing(dataset)}\n\nAdded ${name}. "anneal datasets check ${name}" reads every image once.`,
      }
    },
  )
}

function addDatasetsCheck(datasets: Command, workbench: Workbench): void {
  const command = datasets
    .command('check')
    .description('count and measure the images; find those that cannot be read, and duplicates')
    .argument('<dataset>', 'a name or a folder')
  answering(command, async (name: string) => {
    const report = await withProgress((onProgress) => workbench.checkDataset(name, onProgress))
    return { data: report, text: describeDataset(report), status: report.problem === undefined ? 0 : 1 }
  })
}
