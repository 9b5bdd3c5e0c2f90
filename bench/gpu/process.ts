import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { lastLine } from '../../host/training/trainer/log-tail.ts'

export interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs a process until it ends or the signal says so, and gives the JSON that it prints as its last line. */
export async function runForJson(
  { command, args, environment }: Command,
  signal: AbortSignal,
  onStart: (pid: number | undefined) => void = () => undefined,
): Promise<unknown> {
  const running = promisify(execFile)(command, args, {
    env: { ...process.env, ...environment },
    maxBuffer: 1 << 24,
    signal,
    killSignal: 'SIGKILL',
  })
  onStart(running.child.pid)
  const { stdout } = await running
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as unknown
}

/** Why something failed: for a process, the last that it printed. */
export function reasonOf(error: unknown): string {
  const { stderr, code, path } = error as {
    readonly stderr?: unknown
    readonly code?: unknown
    readonly path?: unknown
  }
  if (code === 'ENOENT' && typeof path === 'string') return `there is no ${path}`
  const printed = typeof stderr === 'string' ? lastLine(stderr) : undefined
  return printed ?? (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
