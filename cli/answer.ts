import type { Command } from 'commander'

/** What a command has to say: as data for `--json`, and as text for people. */
export interface Answer {
  readonly data: unknown
  readonly text: string
  /** The exit status; 0 without. */
  readonly status?: number
}

/** Gives a command the option `--json` and prints what its work answers. */
export function answering<Args extends unknown[]>(
  command: Command,
  work: (...args: Args) => Answer | Promise<Answer>,
): Command {
  return command.option('--json', 'print one JSON document').action(async (...args: unknown[]) => {
    const answer = await work(...(args as Args))
    const json = command.opts<{ json?: boolean }>().json === true
    await print(json ? JSON.stringify(answer.data) : answer.text)
    process.exitCode = answer.status ?? 0
  })
}

/** Waits until the text has left: a pipe takes it in its own time. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${text.trimEnd()}\n`, () => resolve()))
}
