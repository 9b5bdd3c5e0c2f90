import type { Command } from 'commander'
import { importNvidia, type ImportNote } from '../shared/recipe/nvidia/import.ts'
import { answering } from './answer.ts'
import { indent, table } from './text.ts'

export function addRecipeImport(recipe: Command): void {
  const command = recipe
    .command('import')
    .description('turn the command line of another trainer into a recipe, on stdout')
    .requiredOption('--nvidia <flags>', "the flags of NVIDIA's ResNet-50 v1.5 for TensorFlow (main.py), in quotes")
    .addHelpText(
      'after',
      '\nExample: anneal recipe import --nvidia "--arch resnet50 --batch_size 256 --use_tf_amp" > recipe.json\n',
    )
  answering(command, ({ nvidia, json }: { nvidia: string; json?: boolean }) => {
    const { recipe, notes, command } = importNvidia(nvidia)
    if (!json) process.stderr.write(`${describeNotes(notes)}Its --mode is: ${command}\n`)
    return { data: { recipe, notes, command }, text: JSON.stringify(recipe, undefined, 2) }
  })
}

function describeNotes(notes: readonly ImportNote[]): string {
  return notes.length === 0 ? '' : `Not as there:\n${indent(table(notes.map(({ flag, note }) => [flag, note])))}\n`
}
