import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { connect } from './connect.ts'
import { newPacking } from './packing.ts'
import { webSocketPort } from './web-socket-port.ts'

const MB = 1024 ** 2

/** A page's socket, and the calls of it that were begun here. Each is answered with a megabyte. */
async function open(patience?: number) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  onTestFinished(() => server.close())
  await new Promise((resolve) => server.on('listening', resolve))
  const begun: number[] = []
  const tell: ((bytes: number) => void)[] = []
  const gone: (() => void)[] = []
  server.on('connection', (socket) => {
    const port = webSocketPort(socket, patience)
    port.onClose(() => gone.forEach((listener) => listener()))
    const { notify } = connect<{ event(content: Uint8Array): void }, object>(port, {
      echo: (value: unknown) => value,
      read: (call: number) => {
        begun.push(call)
        return Promise.resolve(new Uint8Array(MB).fill(call))
      },
    })
    tell.push((bytes) => notify('event', new Uint8Array(bytes)))
  })
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => socket.terminate())
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
  return {
    socket,
    begun,
    tell: (bytes: number) => tell[0]!(bytes),
    gone: new Promise<void>((resolve) => gone.push(resolve)),
  }
}

const packing = newPacking()
const ask = (socket: WebSocket, from: number, to: number) => {
  for (let i = from; i < to; i++) socket.send(packing.pack({ t: 'q', m: 'read', a: [i], i: String(i) }))
}
const rest = (time = 300) => new Promise((resolve) => setTimeout(resolve, time))

describe('a page that does not read its answers', () => {
  it('is not heard until it does, and then answered in full', { timeout: 60_000 }, async () => {
    const { socket, begun } = await open()
    socket.pause()
    ask(socket, 0, 1000)
    await rest(1000)
    const atOnce = begun.length
    expect(atOnce).toBeGreaterThan(50)
    expect(atOnce).toBeLessThan(150)
    await rest(1000)
    expect(begun).toHaveLength(atOnce)

    const answers = new Set<string>()
    const all = new Promise<void>((resolve) =>
      socket.on('message', (data: Buffer) => {
        answers.add((packing.unpack(data) as { i: string }).i)
        if (answers.size === 1000) resolve()
      }),
    )
    socket.resume()
    await all
    expect(begun).toHaveLength(1000)
  })

  it('is let go when it reads nothing for long', async () => {
    const { socket, tell, gone } = await open(200)
    socket.pause()
    for (let i = 0; i < 20; i++) tell(MB)
    await rest(400)
    tell(1)
    await gone
  })

  it('is kept when it reads, however slowly', async () => {
    const patience = 2000
    const { socket, tell, gone } = await open(patience)
    let ended = false
    void gone.then(() => (ended = true))
    let read = 0
    socket.on('message', () => (read += 1))
    socket.pause()
    for (let i = 0; i < 400; i++) tell(MB / 10)
    const began = performance.now()
    while (performance.now() - began < 1.2 * patience && read < 350) {
      // As much as the system's buffers hold back makes room for more.
      const wanted = read + 10
      socket.resume()
      while (read < wanted && !ended) await rest(1)
      socket.pause()
      tell(1)
      await rest(80)
    }
    expect(ended).toBe(false)
    expect(read).toBeGreaterThan(0)
  })
})

it('carries an object of any number of keys', async () => {
  const { socket } = await open()
  const { remote } = connect<{ echo(value: unknown): unknown }, object>(webSocketPort(socket), {})
  const names = Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`n${i}`, i]))
  expect(await remote.echo(names)).toEqual(names)
})
