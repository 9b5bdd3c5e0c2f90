import { buildApp } from './build-app.ts'
import { fetchElectron, type FetchElectronOptions } from './fetch-electron.ts'
import { say } from './progress.ts'
import { adviceFor, missingLibraries } from './system-packages.ts'

/** How to start the window, or why there can be none: one sentence. */
export type Prepared = { readonly program: string; readonly args: readonly string[] } | { readonly problem: string }

/** Bundles what has changed, and finds what the window is started with. */
export async function prepareWindow({ env, exclusively }: FetchElectronOptions): Promise<Prepared> {
  await buildApp()
  if (!hasDisplay(env)) return { problem: 'There is no display.' }
  try {
    const program = await fetchElectron({ env, exclusively })
    const packages = await missingLibraries(program)
    if (packages.length > 0) return { problem: `Electron cannot be started here. ${adviceFor(packages)}` }
    return { program, args: sandboxArguments() }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

const hasDisplay = (env: NodeJS.ProcessEnv) =>
  process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)

function sandboxArguments(): string[] {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return []
  say(
    "Chromium's sandbox cannot be had as root, so the window runs without it; start it as another user where that matters.",
  )
  return ['--no-sandbox']
}
