import { computed, readonly, shallowRef, watchEffect } from 'vue'
import { themeChoices, type ThemeChoice } from '../../../shared/contract/window.ts'
import { keep, readKept } from '../kept.ts'

const query = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = shallowRef(query.matches)
query.addEventListener('change', () => (systemIsDark.value = query.matches))

const KEPT = 'theme'
/** Of this browser. A desktop window has its own, which the page takes for the system's. */
const chosen = shallowRef<ThemeChoice>(themeChoices.find((theme) => theme === readKept(KEPT)) ?? 'system')
const dark = computed(() => (chosen.value === 'system' ? systemIsDark.value : chosen.value === 'dark'))
watchEffect(() => (document.documentElement.dataset.theme = dark.value ? 'dark' : 'light'), { flush: 'sync' })

/** Whether the page has dark colours. */
export const isDark = readonly(dark)
export const browserTheme = readonly(chosen)

/** Takes a theme for this browser, now and later. */
export function setBrowserTheme(theme: ThemeChoice): void {
  chosen.value = theme
  keep(KEPT, theme)
}

/** A colour of the theme at hand, such as `--accent`: for what is drawn without CSS. Depends on {@link isDark}. */
export function themeColour(name: `--${string}`): string {
  void dark.value
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}
