import { computed, onScopeDispose, shallowReactive } from 'vue'

/** Something a person can do by name from the palette. */
export interface Command {
  readonly title: string
  /** What the palette shows it under. */
  readonly group: string
  readonly shortcut?: Shortcut
  /** Absent: always. */
  readonly enabled?: () => boolean
  run(): void
}

/** `Mod` is Ctrl, or Cmd on a Mac. The key is a `KeyboardEvent.code`, so that a layout changes nothing. */
export interface Shortcut {
  readonly modifier: 'Mod' | 'Alt'
  readonly code: string
}

const registered = shallowReactive(new Set<Command>())

/** All commands that can be run now, in the order in which they were added. */
export const commands = computed(() => [...registered].filter((command) => command.enabled?.() ?? true))

/** Adds commands for as long as the component that calls it lives. */
export function useCommands(added: readonly Command[]): void {
  added.forEach((command) => registered.add(command))
  onScopeDispose(() => added.forEach((command) => registered.delete(command)))
}
