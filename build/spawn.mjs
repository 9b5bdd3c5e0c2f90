import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'

const signalNumbers = constants.signals

/**
 * Runs Node with these arguments on our own terminal and resolves to its exit status. A SIGTERM is passed on, also
 * one that npm gave to the shell it started us through, which then is gone without a word; Ctrl-C reaches the child
 * through the terminal, and we outlive it to report how it ended.
 *
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} 128 and the signal's number where a signal ended it, as in a shell
 */
export const runNode = (args, options) => runProgram(process.execPath, args, options)

/** Milliseconds in which the last lines of a program that has ended arrive; a child of its own may hold the pipe for longer. */
const LAST_LINES = 1000

/**
 * As {@link runNode}, of any program.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @param {(line: string) => void} [onErrorLine] gets what it writes to stderr, in place of our own stderr
 * @returns {Promise<number>}
 */
export function runProgram(program, args, options = {}, onErrorLine) {
  const stdio = onErrorLine ? ['inherit', 'inherit', 'pipe'] : 'inherit'
  const child = spawn(program, args, { stdio, ...options })
  if (onErrorLine) createInterface({ input: child.stderr }).on('line', onErrorLine)
  const pass = (signal) => child.kill(signal)
  const wait = () => {}
  process.on('SIGTERM', pass).on('SIGHUP', pass).on('SIGINT', wait)
  const shell = process.ppid
  const look = setInterval(() => {
    if (process.ppid === shell || process.env.npm_lifecycle_event === undefined) return
    clearInterval(look)
    pass('SIGTERM')
  }, 500).unref()
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    const end = (status, signal) => {
      clearInterval(look)
      process.off('SIGTERM', pass).off('SIGHUP', pass).off('SIGINT', wait)
      resolve(status ?? 128 + signalNumbers[signal])
    }
    child.once('close', end)
    child.once('exit', (...ended) => setTimeout(end, LAST_LINES, ...ended).unref())
  })
}
