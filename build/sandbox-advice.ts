import { readFileSync } from 'node:fs'

/** The settings of Linux that forbid user namespaces to ordinary programs, with the value that does, and what to do. */
const settings = [
  {
    name: 'kernel.apparmor_restrict_unprivileged_userns',
    forbids: '1',
    advice:
      'AppArmor forbids user namespaces to programs without a profile; give Electron the profile in docs/desktop.md, or allow them to all programs with "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0".',
  },
  {
    name: 'kernel.unprivileged_userns_clone',
    forbids: '0',
    advice: 'User namespaces are switched off; "sudo sysctl kernel.unprivileged_userns_clone=1" switches them on.',
  },
  {
    name: 'user.max_user_namespaces',
    forbids: '0',
    advice: 'No user namespaces are allowed; "sudo sysctl user.max_user_namespaces=10000" allows them.',
  },
] as const

/**
 * Why Chromium's sandbox cannot be had, and what to do.
 * @param read a setting's value, by its name; nothing where there is no such setting
 */
export function sandboxAdvice(read: (name: string) => string | undefined = readSetting): string {
  const advice =
    settings.find(({ name, forbids }) => read(name) === forbids)?.advice ??
    'This system or container forbids user namespaces; docs/desktop.md says how to allow them.'
  return `Chromium's sandbox cannot be had here, and no window is opened without it. ${advice}`
}

function readSetting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').trim()
  } catch {
    return undefined
  }
}
