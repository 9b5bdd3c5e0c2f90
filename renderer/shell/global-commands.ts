import type { Router } from 'vue-router'
import { presets } from '../../shared/recipe/presets.ts'
import { useRecipe } from '../app/state/recipe.ts'
import type { Command } from '../app/commands/commands.ts'
import { pageViews } from './views.ts'

/** Where a dataset is added. */
export const addDataset = { path: '/datasets', query: { add: '1' } } as const

/** What can be done from everywhere. */
export function globalCommands(router: Router): Command[] {
  const recipe = useRecipe()
  const goTo = pageViews.map(({ name, path, shortcut }) => ({
    title: name,
    group: 'Go to',
    shortcut,
    run: () => void router.push(path),
  }))
  const fromPreset = presets.map(({ name, title }) => ({
    title: `From preset ${name}: ${title}`,
    group: 'Recipe',
    run() {
      recipe.usePreset(name)
      void router.push('/recipe')
    },
  }))
  return [
    ...goTo,
    {
      title: 'Add a folder',
      group: 'Datasets',
      run: () => void router.push(addDataset),
    },
    {
      title: 'Predict pictures',
      group: 'Evaluation',
      run: () => void router.push('/evaluation/pictures'),
    },
    ...fromPreset,
  ]
}
