import type { Command } from 'commander'
import type { Workbench } from '../host/workbench.ts'
import type { ExportReport } from '../shared/contract/trainer.ts'
import { answering } from './answer.ts'
import { shortPath } from './format.ts'
import { section } from './text.ts'

export function addExport(program: Command, workbench: Workbench): void {
  const command = program
    .command('export')
    .description("write a run's network as a SavedModel, to use it elsewhere")
    .argument('<run>', 'an id, its beginning, a folder or "last"')
    .requiredOption('--out <folder>', 'where to; it must not be there yet')
    .option('--checkpoint <name>', '"best", "last" or a name such as step-100', 'best')
  answering(command, async (wanted: string, { out, checkpoint }: { out: string; checkpoint: string }) => {
    const run = workbench.runs.find(wanted)
    const report = await workbench.exportModel(run, out, checkpoint)
    return { data: { run: run.id, ...report }, text: describe(run.id, report) }
  })
}

function describe(
  id: string,
  { folder, checkpoint, architecture, input, outputs, resize, resample, quantize, classes, difference }: ExportReport,
): string {
  const [, size, , channels] = input.shape
  return section(`${id}, ${checkpoint}, as a SavedModel`, [
    ['folder', shortPath(folder)],
    [
      'network',
      `${architecture}, ${classes} classes${quantize === 'off' ? '' : `, for 8 bits (${quantize}), with the ranges of its activations`}`,
    ],
    [
      'input',
      `${input.name}: uint8 [batch, ${size}, ${size}, ${channels}], the short side scaled to ${resize} (${resample}), the centre cut out`,
    ],
    ['outputs', outputs.join(', ')],
    [
      'agreement',
      difference === 0
        ? 'the same probabilities as the checkpoint, to the bit'
        : `probabilities within ${difference.toExponential(1)} of the checkpoint's`,
    ],
  ])
}
