import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 200

/**
 * Does a piece of work while no other process on this machine does the one of the same name. The lock is a
 * socket in Linux's abstract namespace: the kernel frees it when its process ends, however that happens, so
 * there is no lock file to go stale.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once when another process is ahead
 * @returns {Promise<T>}
 */
export async function exclusively(name, work, onWait = () => {}) {
  if (process.platform !== 'linux') return work()
  const path = `\0anneal-${createHash('sha256').update(name).digest('hex')}`
  let server = await listen(path)
  if (!server) onWait()
  while (!server) {
    await sleep(pollMs)
    server = await listen(path)
  }
  try {
    return await work()
  } finally {
    server.close()
  }
}

function listen(path) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)))
    server.listen({ path }, () => resolve(server))
  })
}
