/** How a window whose drawing fails is started anew: by who started it, or else by itself. */
export const softwareRestart = {
  /** In the environment of a window whose starter does that. */
  variable: 'ANNEAL_RESTARTS_WINDOW',
  /** What the window ends with to ask for it. */
  status: 85,
  /** Drawing without the graphics driver and without a process of its own: there is nothing left that could crash. */
  switches: ['disable-gpu', 'in-process-gpu'],
} as const
