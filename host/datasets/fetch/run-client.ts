import { spawn } from 'node:child_process'
import { DatasetError } from '../../../shared/errors.ts'

/** Runs a program of the machine to its end. Throws `DatasetError` where it fails, with the last thing that it said. */
export async function runClient(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  const stop = () => child.kill()
  process.once('exit', stop)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)))
  const status = await new Promise<number | null>((resolve) =>
    child.once('error', () => resolve(null)).once('close', resolve),
  )
  process.off('exit', stop)
  if (status === 0) return
  const last = said.trim().split('\n').at(-1)
  throw new DatasetError(
    `"${command} ${args[0]}" failed (${last || (status === null ? 'it is not installed' : `status ${status}`)}).`,
  )
}
