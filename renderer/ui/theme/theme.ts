import { readonly, shallowRef } from 'vue'

const query = matchMedia('(prefers-color-scheme: dark)')
const dark = shallowRef(query.matches)
query.addEventListener('change', () => (dark.value = query.matches))

/** Whether the system asks for dark colours. */
export const isDark = readonly(dark)

/** A colour of the theme at hand, such as `--accent`: for what is drawn without CSS. Depends on {@link isDark}. */
export function themeColour(name: `--${string}`): string {
  void dark.value
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}
