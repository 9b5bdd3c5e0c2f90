import { imageCalls, type ImageCalls, type ImageEvents } from '../../../shared/contract/images.ts'
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
  readonly remote: Remote<ImageCalls>
  readonly close: () => void
}

let line: Promise<Line> | undefined
let underWay = 0
let timer: ReturnType<typeof setTimeout> | undefined
/** Why the last trainer was lost, and when that was said, in milliseconds. */
let lost: { readonly reason: string; readonly at: number } | undefined
onEvent('imagesLost', (reason) => (lost = { reason, at: performance.now() }))

/** The calls about images, over a line of their own to the trainer that makes them. It is opened when it is needed. */
export const trainer = Object.fromEntries(
  Object.keys(imageCalls).map((name) => [name, (...args: unknown[]) => call(name as keyof ImageCalls, args)]),
) as unknown as ImageCalls

/** Listens until the returned function is called. */
export function onListing(listener: ImageEvents['listingProgress']): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

async function call(name: keyof ImageCalls, args: unknown[]): Promise<unknown> {
  clearTimeout(timer)
  underWay++
  try {
    const { remote } = await (line ??= open())
    return await (remote as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]!(...args)
  } finally {
    if (--underWay === 0) timer = setTimeout(() => void close(), IDLE)
  }
}

async function close(): Promise<void> {
  const open = line
  line = undefined
  ;(await open?.catch(() => undefined))?.close()
}

function open(): Promise<Line> {
  const opened = openPort('images').then((port) => {
    port.onClose(forget)
    return { remote: connect<ImageCalls, ImageEvents>(withReason(port), events).remote, close: () => port.close() }
  })
  const forget = () => {
    if (line === opened) line = undefined
  }
  opened.catch(forget)
  return opened
}

const withReason = (port: ClosablePort): ClosablePort => ({
  ...port,
  onClose: (listener) => port.onClose(() => void reasonOfLoss().then((reason) => listener(new Error(reason)))),
})

/** The host says it by another line, a moment before or after this one is closed. */
function reasonOfLoss(): Promise<string> {
  const earliest = performance.now() - REASON
  return new Promise((resolve) => {
    const say = (reason: string) => {
      off()
      clearTimeout(limit)
      resolve(reason)
    }
    const off = onEvent('imagesLost', say)
    const limit = setTimeout(() => say('The line to the trainer that shows images was lost; try again.'), REASON)
    if (lost && lost.at > earliest) say(lost.reason)
  })
}
