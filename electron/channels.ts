/** The names of what goes between the preload script and the main process. */
export const channels = {
  openLine: 'anneal:open-line',
  chooseFolder: 'anneal:choose-folder',
  chooseManifest: 'anneal:choose-manifest',
  showInFolder: 'anneal:show-in-folder',
  readTheme: 'anneal:read-theme',
  setTheme: 'anneal:set-theme',
  readUpdates: 'anneal:read-updates',
  takeUpdateStep: 'anneal:take-update-step',
  updates: 'anneal:updates',
  command: 'anneal:command',
} as const
