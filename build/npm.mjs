import { spawn } from 'node:child_process'

/**
 * Runs npm quietly and resolves to its status and all that it printed. Plain Node with no package, since there
 * may be none yet.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<{ status: number | null, output: string }>}
 */
export function npm(args, cwd) {
  // `npm run` names its own client, which is also there where `npm` is not on the PATH.
  const client = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm']
  return capture([...client, ...args], cwd)
}

export const isNetworkTrouble = (output) =>
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH/.test(output)

function capture([command, ...rest], cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    const stop = () => child.kill()
    process.once('exit', stop)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
    child.once('error', () =>
      reject(new Error(`"${command}" is not on the PATH; install Node.js with npm and run it again.`)),
    )
    child.once('close', (status) => {
      process.off('exit', stop)
      resolve({ status, output })
    })
  })
}
