import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '../shared/rpc/connect.ts'
import type { Port } from '../shared/rpc/port.ts'
import { webSocketPort } from '../shared/rpc/web-socket-port.ts'
import { openSocket } from './page-socket.ts'

it('what a page asks before its line is served is answered', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  const handed = new Promise<Port>((resolve) =>
    server.on('upgrade', ({ headers }, socket, head) =>
      resolve(openSocket({ webSocket: { headers: headers as Record<string, string>, head } }, socket as Socket)),
    ),
  )
  await once(server, 'listening')
  const page = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/images`)
  onTestFinished(() => page.terminate())
  const port = await handed
  await once(page, 'open')
  const { remote } = connect<{ add(a: number, b: number): Promise<number> }, object>(webSocketPort(page), {})
  const sum = remote.add(1, 2)
  await setTimeout(100)
  connect<object, { add(a: number, b: number): Promise<number> }>(port, { add: (a, b) => Promise.resolve(a + b) })
  expect(await sum).toBe(3)
})
