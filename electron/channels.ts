/** The names of what goes between the preload script and the main process. */
export const channels = {
  openLine: 'anneal:open-line',
  chooseFolder: 'anneal:choose-folder',
  showInFolder: 'anneal:show-in-folder',
  command: 'anneal:command',
} as const
