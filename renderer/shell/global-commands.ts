import type { Router } from 'vue-router'
import { presets } from '../../shared/recipe/presets.ts'
import { useRecipe } from '../app/state/recipe.ts'
import { placeShortcut, places } from './places.ts'
import type { Command } from '../app/commands/commands.ts'

/** What can be done from everywhere. */
export function globalCommands(router: Router): Command[] {
  const recipe = useRecipe()
  const goTo = places.map(({ name, path }, index) => ({
    title: name,
    group: 'Go to',
    shortcut: placeShortcut(index),
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
      run: () => void router.push({ path: '/datasets', query: { add: '1' } }),
    },
    ...fromPreset,
  ]
}
