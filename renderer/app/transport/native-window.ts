import type { NativeWindow } from '../../../shared/contract/window.ts'

/** What the desktop window adds; nothing in a browser. */
export const nativeWindow = (globalThis as { anneal?: NativeWindow }).anneal
