/** Why Chromium ends before or while it shows a window, as far as its last words tell. */
export type WindowFailure = 'sandbox' | 'display' | 'drawing'

const words: readonly (readonly [WindowFailure, RegExp])[] = [
  ['sandbox', /The SUID sandbox helper binary|No usable sandbox!|Failed to move to new namespace|credentials\.cc/],
  ['display', /Missing X server or \$DISPLAY|Failed to connect to Wayland display|The platform failed to initialize/],
  ['drawing', /GPU process isn't usable/],
]

/** What Chromium says besides, of which a person is told in a sentence. */
const companions = /zygote_linux\.cc.*Broken pipe|Exiting GPU process due to errors|GPU process exited unexpectedly/

/** The failure that a line of Chromium's log tells of; nothing for lines of others. */
export function failureIn(line: string): WindowFailure | undefined {
  return isOfChromium(line) ? words.find(([, pattern]) => pattern.test(line))?.[0] : undefined
}

/** Whether a line says in Chromium's words what a person is told in a sentence. */
export const isTold = (line: string): boolean =>
  failureIn(line) !== undefined || (isOfChromium(line) && companions.test(line))

const isOfChromium = (line: string): boolean => /^\[\d+:[\d/.:]+:(ERROR|FATAL|WARNING):/.test(line)
