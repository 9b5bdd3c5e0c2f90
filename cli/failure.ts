import { CommanderError } from 'commander'
import { AnnealError, RecipeError, UsageError } from '../shared/errors.ts'
import { paint } from './text.ts'

/**
 * Status 0: done. 1: it failed. 2: the command line or the recipe is wrong.
 * @param command whose help tells how it is called
 */
export function reportFailure(error: unknown, json: boolean, command: string): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  const { name, message } = describe(error, command)
  if (json) process.stdout.write(`${JSON.stringify({ error: { name, message } })}\n`)
  if (message !== '') process.stderr.write(`${paint('red', 'anneal:', process.stderr)} ${message}\n`)
  if (process.env.ANNEAL_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return isUsage(error) ? 2 : 1
}

const isUsage = (error: unknown) =>
  error instanceof UsageError || error instanceof RecipeError || error instanceof CommanderError

function describe(error: unknown, command: string): { name: string; message: string } {
  if (error instanceof CommanderError) return { name: 'UsageError', message: usageSentence(error, command) }
  if (error instanceof AnnealError) return error
  const message = error instanceof Error ? error.message : String(error)
  return { name: 'Error', message: `Something went wrong that should not (${message}); ANNEAL_DEBUG=1 shows where.` }
}

/** Commander's `error: unknown option '--x'\n(Did you mean ...?)` in our form. Its help has been printed already. */
function usageSentence({ code, message }: CommanderError, command: string): string {
  if (code === 'commander.help') return ''
  const text = message
    .replace(/^error: /, '')
    .replace('\n(Did you mean ', '; did you mean ')
    .replace(/\?\)$/, '?')
    .replace('. Allowed choices are', '; allowed are')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[?.]$/.test(text) ? '' : `; "${command} --help" lists what there is.`}`
}
