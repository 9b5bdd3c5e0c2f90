import { onScopeDispose } from 'vue'
import { commands, type Shortcut } from './commands.ts'
import { isMac } from './platform.ts'
import { isPressed } from './shortcut.ts'

/** Lets the keyboard run every command that has a shortcut, and the palette's own. */
export function useShortcuts(palette: Shortcut, openPalette: () => void): void {
  const onKey = (event: KeyboardEvent) => {
    const action = isPressed(palette, event, isMac) ? openPalette : commandOf(event)
    if (!action) return
    event.preventDefault()
    action()
  }
  addEventListener('keydown', onKey)
  onScopeDispose(() => removeEventListener('keydown', onKey))
}

function commandOf(event: KeyboardEvent): (() => void) | undefined {
  const command = commands.value.find(({ shortcut }) => shortcut && isPressed(shortcut, event, isMac))
  return command && (() => command.run())
}
