import type { Command } from 'commander'
import type { Workbench } from '../host/workbench.ts'
import type { ModelDescription } from '../shared/contract/model-cost.ts'
import { formatBytes } from '../shared/format-bytes.ts'
import { answering } from './answer.ts'
import { recipeOf, withRecipeOptions, type RecipeOptions } from './recipe-options.ts'
import { section } from './text.ts'
import { wholeNumber } from './whole-number.ts'

export function addModel(program: Command, workbench: Workbench): void {
  const model = program.command('model').description('networks, and what they cost')
  const show = model
    .command('show')
    .description('list the layers of the network of a recipe, with their parameters and multiply-adds for one image')
  withRecipeOptions(show).option('--classes <count>', 'classes of the network', wholeNumber('--classes', 2), 1000)
  answering(show, async ({ classes, ...options }: RecipeOptions & { classes: number }) => {
    const data = await workbench.describeModel(recipeOf(options), classes)
    return { data, text: describe(data) }
  })
}

function describe({
  name,
  inputShape,
  classes,
  layers,
  parameters,
  trainable,
  multiplyAdds,
  memory,
}: ModelDescription): string {
  const heading = [['layer', 'class', 'output', 'parameters', 'multiply-adds']]
  const rows = layers.map((row) => [
    row.layer,
    row.class,
    row.outputShape.join(' x '),
    count(row.parameters),
    count(row.multiplyAdds),
  ])
  const totals = [
    ['input', inputShape.join(' x ')],
    ['classes', count(classes)],
    [
      'parameters',
      trainable === parameters ? count(parameters) : `${count(parameters)}, of which ${count(trainable)} are trained`,
    ],
    ['multiply-adds', `${count(multiplyAdds)} an image, forward`],
  ]
  const held = (['weights', 'optimizer', 'gradients', 'activations', 'total'] as const).map((part) => [
    part,
    formatBytes(memory[part]),
  ])
  return [
    section(name, [...heading, ...rows], [3, 4]),
    section('Totals', totals),
    section(`Memory of a training step, at least, with ${memory.batchSize} images`, held, [1]),
  ].join('\n\n')
}

/** With a comma for every thousand; nothing for none. */
const count = (value: number): string => (value === 0 ? '' : value.toLocaleString('en-US'))
