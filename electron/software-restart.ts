/** How a window whose drawing fails is started anew: by who started it, or else by itself. */
export const softwareRestart = {
  /** In the environment of a window whose starter does that. */
  variable: 'ANNEAL_RESTARTS_WINDOW',
  /** What the window ends with to ask for it. */
  status: 85,
  /** Told once, by who starts it anew: Chromium may end the window while that ends in order. */
  notice: 'What draws the window crashes again and again, so Anneal starts anew and draws in software by itself.',
  /** Drawing without the graphics driver and without a process of its own: there is nothing left that could crash. */
  switches: ['disable-gpu', 'in-process-gpu'],
} as const
