import type { Preset } from './presets/preset.ts'
import { describeType } from './describe.ts'
import { findKey, recipeGroups, recipeKeys, type RecipeKey } from './keys.ts'
import { flags } from './nvidia/flags.ts'
import { presets } from './presets.ts'

const intro = `# The recipe

A recipe is one JSON document that holds every figure that affects a result. What a document leaves out has the
default. A run keeps its complete recipe in \`recipe.json\`.

Keys that have no effect or a bad one are told before training begins, on the command line and in the events of the
run, and on the recipe page while one edits: keys that wait for another one, what comes after the end of the run,
averages too slow for it, crops, colours and normalisation that do not fit the images, and the like.

\`\`\`
anneal train --preset nvidia-90 --dataset DATASET       a preset
anneal train --recipe recipe.json                       a file, complete or in part
anneal train --preset demo --set schedule.epochs=3      changed keys
anneal recipe show timm-a3                              the complete recipe of a preset, a file or a run
anneal recipe diff nvidia-90 nvidia-250                 what differs
anneal recipe import --nvidia "--arch resnet50 --batch_size 256 --use_tf_amp"
\`\`\`

This page is made from the schema; \`npm run docs\` writes it anew.`

const nvidia = `## From NVIDIA's script

\`anneal recipe import --nvidia FLAGS\` turns the flags of ResNet-50 v1.5 for TensorFlow into a recipe: flags that are
left out have the script's own defaults. The flags that have no place in a recipe:`

/** The reference of the recipe as a Markdown page: every key by group, the presets, and the flags that can be imported. */
export function recipeMarkdown(): string {
  return (
    [
      intro,
      ...recipeGroups.map(groupSection),
      '## Presets',
      presetTable(),
      ...presets.map(presetSection),
      nvidia,
      flagTable(),
    ].join('\n\n') + '\n'
  )
}

function groupSection(group: string): string {
  const rows = recipeKeys.filter((key) => key.group === group).map(keyRow)
  return `## ${group}\n\n${table(['Key', 'Value', 'Default', 'Unit', 'Meaning', 'Source'], rows)}`
}

function keyRow({ path, type, initial, unit = '', help, source = '' }: RecipeKey): string[] {
  return [code(path), describeType(type), code(JSON.stringify(initial)), unit, help, source]
}

/** What the source of a preset reports was measured there, not here. */
const presetTable = () =>
  table(
    ['Name', 'What it is', 'Its source reports'],
    presets.map(({ name, title, reported = '' }) => [code(name), title, reported]),
  )

function presetSection({ name, source, recipe }: Preset): string {
  const keys = Object.entries(recipe).flatMap(([group, values]) =>
    Object.entries(values).map(([key, value]) => [`${group}.${key}`, value] as const),
  )
  const rows = keys.map(([path, value]) => [code(path), code(JSON.stringify(value)), findKey(path)?.unit ?? ''])
  return `### ${name}\n\nSource: ${source}.\n\n${table(['Key', 'Value', 'Unit'], rows)}`
}

const flagTable = () =>
  table(
    ['Flag', 'In its place'],
    flags.flatMap(({ name, note }) => (note === undefined ? [] : [[code(`--${name}`), note]])),
  )

const code = (text: string) => `\`${text}\``

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
