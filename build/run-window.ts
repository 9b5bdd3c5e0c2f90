import { softwareRestart } from '../electron/software-restart.ts'
import { root } from './node-bundle.ts'
import { say } from './progress.ts'
import { sandboxAdvice } from './sandbox-advice.ts'
import { runProgram } from './spawn.mjs'
import { failureIn, isTold, type WindowFailure } from './window-failure.ts'

/** How the window ended: with a status, or because there can be none, which is one sentence. */
export type WindowEnd = { readonly status: number } | { readonly problem: string }

interface Ended {
  readonly status: number
  readonly failure?: WindowFailure
}

/** Runs the window until it is closed. One whose drawing fails is started anew once, with what cannot crash. */
export async function runWindow(program: string, switches: readonly string[]): Promise<WindowEnd> {
  const ended = await run(program, switches)
  if (!needsRestart(ended)) return endOf(ended)
  const simpler = softwareRestart.switches.map((name) => `--${name}`)
  say(softwareRestart.notice)
  return endOf(await run(program, [...switches, ...simpler]))
}

const needsRestart = ({ status, failure }: Ended) => status === softwareRestart.status || failure === 'drawing'

async function run(program: string, switches: readonly string[]): Promise<Ended> {
  let failure: WindowFailure | undefined
  const env = { ...process.env, [softwareRestart.variable]: '1' }
  const status = await runProgram(program, [...switches, root], { cwd: root, env }, (line: string) => {
    failure ??= failureIn(line)
    if (!isTold(line)) process.stderr.write(`${line}\n`)
  })
  // Words without an end were no failure.
  return status === 0 ? { status } : { status, failure }
}

function endOf({ status, failure }: Ended): WindowEnd {
  switch (failure) {
    case 'sandbox':
      return { problem: sandboxAdvice() }
    case 'display':
      return { problem: `The display ${process.env.WAYLAND_DISPLAY ?? process.env.DISPLAY} cannot be opened.` }
    case 'drawing':
      return { problem: 'The window cannot be drawn here, not even in software.' }
    case undefined:
      if (status >= 128 && !interrupted.includes(status))
        say(`The window ended by itself with status ${status}; docs/desktop.md says what can be tried.`)
      return { status }
  }
}

/** By SIGHUP, SIGINT, SIGKILL and SIGTERM: somebody wanted that. */
const interrupted = [129, 130, 137, 143]
