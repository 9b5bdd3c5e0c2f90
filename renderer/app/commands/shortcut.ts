import type { Shortcut } from './commands.ts'

type Pressed = Pick<KeyboardEvent, 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>

/** Whether a key press is the shortcut, and no other modifier is held. */
export function isPressed({ modifier, code }: Shortcut, event: Pressed, mac: boolean): boolean {
  if (event.code !== code || event.shiftKey) return false
  const held = { ctrl: event.ctrlKey, meta: event.metaKey, alt: event.altKey }
  const wanted = { ctrl: modifier === 'Mod' && !mac, meta: modifier === 'Mod' && mac, alt: modifier === 'Alt' }
  return held.ctrl === wanted.ctrl && held.meta === wanted.meta && held.alt === wanted.alt
}

/** As it stands on the keys: `Ctrl+K`. */
export function shortcutText({ modifier, code }: Shortcut, mac: boolean): string {
  const key = code.replace(/^(Key|Digit)/, '')
  if (modifier === 'Alt') return mac ? `Option+${key}` : `Alt+${key}`
  return mac ? `Cmd+${key}` : `Ctrl+${key}`
}
