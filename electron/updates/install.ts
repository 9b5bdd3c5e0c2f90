import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { UpdateError } from './feed.ts'

/** What polkit's `pkexec` ends with where the person said no, or may not. */
const NOT_ALLOWED = [126, 127]

/** Installs a Debian package by the system's own tool, which asks for a password. Throws an `UpdateError`. */
export async function installDeb(file: string): Promise<void> {
  const command = ['apt-get', 'install', '--yes', '--no-remove', file]
  const [program, ...args] = process.getuid?.() === 0 ? command : ['pkexec', ...command]
  try {
    await promisify(execFile)(program!, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  } catch (error) {
    throw new UpdateError(`${whyNot(error)}; install it with "sudo apt-get install ${file}".`, { cause: error })
  }
}

function whyNot(error: unknown): string {
  const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
  if (code === 'ENOENT') return 'The system has no pkexec, which asks for the password'
  if (NOT_ALLOWED.includes(Number(code))) return 'The update was not allowed'
  const last = stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
  return `The update could not be installed${last === '' ? '' : ` (${last})`}`
}
