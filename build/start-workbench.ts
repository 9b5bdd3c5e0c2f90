import type { FetchElectronOptions } from './fetch-electron.ts'
import { root } from './node-bundle.ts'
import { prepareWindow } from './prepare-window.ts'
import { say } from './progress.ts'
import { runWindow, type WindowEnd } from './run-window.ts'
import { runNode } from './spawn.mjs'
import { splitArguments, type StartArguments } from './start-arguments.ts'

/** Opens the window; where there can be none, says why and serves the page to a browser. Returns the status of what ran. */
export async function startWorkbench(args: readonly string[], options: FetchElectronOptions): Promise<number> {
  const given = splitArguments(args)
  const end = await openWindow(given, options)
  if ('status' in end) return end.status
  say(`${end.problem} The workbench is served to a browser instead.`)
  if (given.window.length > 0) say(`${given.window.join(' ')} is only for the window.`)
  return runNode(['cli/anneal.mjs', 'serve', ...given.serve], { cwd: root })
}

async function openWindow({ window, serve }: StartArguments, options: FetchElectronOptions): Promise<WindowEnd> {
  const prepared = await prepareWindow(options)
  if ('problem' in prepared) return prepared
  if (serve.length > 0) say(`${serve.join(' ')} is only for the page in a browser.`)
  if (window.some((name) => name.split('=')[0] === '--no-sandbox'))
    say("The window runs without Chromium's sandbox, since that was asked for.")
  return runWindow(prepared.program, [...prepared.args, ...window])
}
