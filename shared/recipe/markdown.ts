import { describeType } from './describe.ts'
import { recipeGroups, recipeKeys, type RecipeKey } from './keys.ts'
import { presets } from './presets.ts'

/** The reference of the recipe as a Markdown page: every key by group, and the presets. */
export function recipeMarkdown(): string {
  return ['# The recipe', ...recipeGroups.map(groupSection), presetSection()].join('\n\n') + '\n'
}

function groupSection(group: string): string {
  const rows = recipeKeys.filter((key) => key.group === group).map(keyRow)
  return table(`## ${group}`, ['Key', 'Value', 'Default', 'Unit', 'Meaning', 'Source'], rows)
}

function keyRow({ path, type, initial, unit = '', help, source = '' }: RecipeKey): string[] {
  return [`\`${path}\``, describeType(type), `\`${JSON.stringify(initial)}\``, unit, help, source]
}

function presetSection(): string {
  return table('## Presets', ['Name', 'What it is', 'Source'], presets.map(({ name, title, source }) => [`\`${name}\``, title, source]))
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [title, '', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
