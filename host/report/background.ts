import type { DatasetReport, Duplicates } from '../../shared/contract/trainer.ts'
import { formatAmount, formatCount } from '../../shared/format-number.ts'
import { resolveRecipe, diffRecipes } from '../../shared/recipe/resolve.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { splits } from '../../shared/recipe/split.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { details, facts, paragraph, section, table, type Html } from './shell.ts'

/** What is to be known, a sentence each. */
export const notesOf = (notes: readonly (string | undefined)[]): Html =>
  notes.map((note) => (note === undefined ? '' : paragraph(note, 'note'))).join('\n')

/** By what run, and by what recipe; absent of a network from elsewhere. */
export interface Trained {
  readonly run: RunRecord
  readonly recipe: Recipe
}

/** How the network was trained, and on what. */
export function recipeAndEnvironment(trained: Trained | undefined, of = ''): Html[] {
  if (!trained) return []
  const { run, recipe } = trained
  const changed = diffRecipes(resolveRecipe({}), recipe).map(({ path, after }) => [path, JSON.stringify(after)])
  return [
    section(
      `Recipe${of}`,
      paragraph('What differs from the defaults.', 'soft'),
      table(`Recipe${of}`, [{ title: 'Key' }, { title: 'Value' }], changed),
      details('The whole recipe', JSON.stringify(recipe, undefined, 2)),
    ),
    section(
      `Run${of}`,
      facts([
        ['Run', run.id],
        ['Started', run.started],
        ['Trained', `${formatCount(run.step)} steps, ${run.epoch.toFixed(2)} epochs; ${run.status}`],
        ['Dataset', `${run.dataset.name}, fingerprint ${run.dataset.fingerprint}`],
        ['TensorFlow', `${run.tensorFlow}${run.build === undefined ? '' : ` (${run.build})`}`],
        ['Devices', run.devices.join(', ')],
        ...Object.entries(run.environment).map(([name, value]) => [name, value] as const),
      ]),
    ),
  ]
}

/** What a check of the dataset found. */
export function dataChecks(check: DatasetReport | string): Html {
  if (typeof check === 'string') return paragraph(check, 'note')
  const { splits: parts, unreadable, warnings, details: found, problem, leftOut } = check
  const shares = splits.flatMap((split): [string, string][] =>
    parts[split].images > 0 ? [[split, formatAmount(parts[split].images, 'image')]] : [],
  )
  const list = facts([
    ...shares,
    [
      'Unreadable',
      unreadable.length === 0
        ? 'none'
        : unreadable
            .slice(0, 10)
            .map(({ file }) => file)
            .join(', '),
    ],
    ...(leftOut.length > 0 ? [['Left out', formatAmount(leftOut.length, 'file')] as const] : []),
    ...(found
      ? ([
          ['Copies with the same bytes', duplicates(found.exactDuplicates)],
          ['Alike pictures', duplicates(found.nearDuplicates)],
          ['Files', found.modes.map(({ name, images }) => `${formatCount(images)} ${name}`).join(', ')],
        ] as const)
      : []),
  ])
  return [
    ...[...(problem === undefined ? [] : [problem]), ...warnings].map((one) => paragraph(one, 'note')),
    list,
  ].join('')
}

const duplicates = ({ groups, images, acrossSplits, acrossClasses }: Duplicates) =>
  groups === 0
    ? 'none'
    : `${formatAmount(images, 'image')} in ${formatAmount(groups, 'group')}; ${acrossSplits} across splits, ${acrossClasses} with different labels`
