import { evaluationCalls, type EvaluationCalls } from '../../../shared/contract/evaluations.ts'
import { imageCalls, type ImageCalls, type ImageEvents } from '../../../shared/contract/images.ts'
import { pictureCalls, type PictureCalls } from '../../../shared/contract/pictures.ts'
import { connect, type Remote } from '../../../shared/rpc/connect.ts'
import type { ClosablePort } from '../../../shared/rpc/port.ts'
import { onEvent } from './events.ts'
import { openPort } from './open-port.ts'

/** Milliseconds without a call after which the line is closed: its trainer can end then, and give back its memory. */
const IDLE = 60_000
/** Milliseconds in which the host says why a line ended. */
const REASON = 3000

const listeners = new Set<ImageEvents['listingProgress']>()
const events: ImageEvents = {
  listingProgress: (...progress) => listeners.forEach((listener) => listener(...progress)),
}

interface Line {
  readonly remote: Remote<TrainerCalls>
  readonly close: () => void
}

/** What a trainer answers pages. */
type TrainerCalls = ImageCalls & EvaluationCalls & PictureCalls

let line: Promise<Line> | undefined
let underWay = 0
let timer: ReturnType<typeof setTimeout> | undefined

/** The calls about images, about the samples of evaluations and about pictures of the page, over a line of their own to the trainer that makes them. It is opened when it is needed. */
export const trainer = Object.fromEntries(
  Object.keys({ ...imageCalls, ...evaluationCalls, ...pictureCalls }).map((name) => [
    name,
    (...args: unknown[]) => call(name as keyof TrainerCalls, args),
  ]),
) as unknown as TrainerCalls

/** Listens until the returned function is called. */
export function onListing(listener: ImageEvents['listingProgress']): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

async function call(name: keyof TrainerCalls, args: unknown[]): Promise<unknown> {
  clearTimeout(timer)
  underWay++
  try {
    return await ask(name, args).catch((error: unknown) => {
      // Its trainer may have ended for what somebody else had asked: a disk that is gone, a file that it could not bear.
      if (error instanceof LineLost) return ask(name, args)
      throw error
    })
  } finally {
    if (--underWay === 0) timer = setTimeout(() => void close(), IDLE)
  }
}

class LineLost extends Error {}

async function ask(name: keyof TrainerCalls, args: unknown[]): Promise<unknown> {
  const { remote } = await (line ??= open())
  return (remote as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]!(...args)
}

async function close(): Promise<void> {
  const open = line
  line = undefined
  ;(await open?.catch(() => undefined))?.close()
}

function open(): Promise<Line> {
  const opened = openPort('images').then((port) => {
    let tell: (error: Error) => void = () => undefined
    const end = (reason: string) => {
      off()
      tell(new LineLost(reason))
    }
    // The host's word counts too: where a trainer cannot even be killed, nobody closes its end of the line.
    const off = onEvent('imagesLost', (reason) => {
      forget()
      port.close()
      end(reason)
    })
    port.onClose(() => {
      forget()
      // The host says why a moment before or after this.
      setTimeout(() => end('The line to the trainer that shows images was lost; try again.'), REASON)
    })
    const told: ClosablePort = { ...port, onClose: (listener) => void (tell = listener) }
    return { remote: connect<TrainerCalls, ImageEvents>(told, events).remote, close: () => port.close() }
  })
  const forget = () => {
    if (line === opened) line = undefined
  }
  opened.catch(forget)
  return opened
}
