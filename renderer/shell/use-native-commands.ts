import { onScopeDispose } from 'vue'
import type { Router } from 'vue-router'
import type { WindowCommand } from '../../shared/contract/window.ts'
import { useRecipe } from '../app/state/recipe.ts'
import { nativeWindow } from '../app/transport/native-window.ts'
import { addDataset } from './global-commands.ts'

/** Does what is chosen in the desktop window's own menu. */
export function useNativeCommands(router: Router, openPalette: () => void): void {
  const stop = nativeWindow?.onCommand((command) => obey(command, router, openPalette))
  if (stop) onScopeDispose(stop)
}

function obey(command: WindowCommand, router: Router, openPalette: () => void): void {
  switch (command.name) {
    case 'go':
      return void router.push(command.path)
    case 'open-recipe':
      useRecipe().openFile(command.file, command.recipe)
      return void router.push('/recipe')
    case 'add-dataset':
      return void router.push(addDataset)
    case 'new-run':
      return void router.push('/recipe')
    // The palette shows the shortcut of everything that has one.
    case 'keyboard-shortcuts':
    case 'command-palette':
      return openPalette()
  }
}
