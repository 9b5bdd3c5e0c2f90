import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** Milliseconds in which a disk answers, be it far away or asleep. */
const LIMIT = 5000

/** Asks about each place in a process of its own: one that hangs keeps no other waiting. */
const SCRIPT = 'i=0; for place do { test -e "$place"; echo "$i"; } & i=$((i+1)); done; wait'

/**
 * Those of some places whose disk does not answer: a network disk that is gone lets whoever asks wait for ever. So
 * other processes ask, which can be left behind; where none can be started, nothing is known and none is told. On
 * Windows a disk that is gone is an error soon.
 * @param places absolute
 * @param limit milliseconds
 */
export async function silentPlaces(places: readonly string[], limit = LIMIT): Promise<ReadonlySet<string>> {
  const asked = process.platform === 'win32' || places.length === 0 ? undefined : send(places)
  if (!asked) return new Set()
  const silent = new Set(places.keys())
  await answersOf(asked, limit, (line) => silent.delete(Number(line)))
  return new Set([...silent].map((i) => places[i]!))
}

type Asked = ChildProcessByStdio<null, Readable, null>

/** In a group of their own, so that they can be ended together; and never in a folder that may hang itself. */
function send(places: readonly string[]): Asked | undefined {
  try {
    const asked = spawn('/bin/sh', ['-c', SCRIPT, 'sh', ...places], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    asked.on('error', () => undefined)
    return asked.pid === undefined ? undefined : asked
  } catch {
    return undefined
  }
}

/** Resolves when all have answered or the time is over. */
function answersOf(asked: Asked, limit: number, onAnswer: (line: string) => void): Promise<void> {
  const lines = createInterface(asked.stdout)
  lines.on('line', onAnswer)
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      leaveBehind(asked)
      lines.close()
    }, limit)
    lines.on('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/** Ends what may not even end by that: nobody waits for it. */
function leaveBehind(asked: Asked): void {
  asked.stdout.destroy()
  asked.unref()
  try {
    process.kill(-asked.pid!, 'SIGKILL')
  } catch {
    // It has ended just now.
  }
}
