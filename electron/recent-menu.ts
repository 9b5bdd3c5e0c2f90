import type { MenuItemConstructorOptions } from 'electron'

export const recentMenu = (
  label: string,
  names: readonly string[],
  open: (name: string) => () => void,
): MenuItemConstructorOptions => ({
  label,
  enabled: names.length > 0,
  submenu: names.map((name) => ({ label: name.replaceAll('&', '&&'), click: open(name) })),
})
