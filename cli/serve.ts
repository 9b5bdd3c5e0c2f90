import type { Command } from 'commander'
import { join } from 'node:path'
import { parseBasePath } from '../host/web/base-path.ts'
import { homeToken } from '../host/web/home-token.ts'
import { parseHostName } from '../host/web/own-names.ts'
import { WebHost } from '../host/web/web-host.ts'
import { WorkbenchHost } from '../host/workbench-host.ts'
import type { Workbench } from '../host/workbench.ts'
import { UsageError } from '../shared/errors.ts'
import { onInterrupt, signalStatus, type StopSignal } from './interrupt.ts'

interface ServeOptions {
  readonly port: string
  readonly host: string
  readonly allowHost: readonly string[]
  readonly basePath: string
  readonly newToken?: boolean
  readonly json?: boolean
}

/** Different refusals that are told. */
const MOST_SAID = 20

const pages = join(import.meta.dirname, '../dist/renderer')

export function addServe(program: Command, workbench: Workbench, version: string): void {
  program
    .command('serve')
    .description('serve the workbench to a browser; Ctrl-C saves a checkpoint of the run at work and ends')
    .option('--port <number>', 'the port; 0: any that is free', '7460')
    .option('--host <address>', 'the address to listen at; another than 127.0.0.1 opens it to the network', '127.0.0.1')
    .option(
      '--allow-host <name>',
      'a name of a proxy, container or tunnel that it is reached by; can be given several times',
      (name, names: readonly string[]) => [...names, name],
      [],
    )
    .option('--base-path <path>', 'the path below which all is served, such as /anneal', '/')
    .option('--new-token', 'make another token: old links and open pages are let in no more')
    .option('--json', 'print the link as one JSON document')
    .action((options: ServeOptions) => serve(workbench, options, version))
}

async function serve(workbench: Workbench, options: ServeOptions, version: string): Promise<void> {
  const port = parsePort(options.port)
  const basePath = parseBasePath(options.basePath)
  const allowHosts = options.allowHost.map(parseHostName)
  const token = await homeToken(workbench.home, options.newToken)
  const host = WorkbenchHost.open(workbench, { version, surface: 'browser' })
  try {
    const web = await WebHost.listen({
      pages,
      port,
      address: options.host,
      basePath,
      allowHosts,
      token,
      onRefused: sayOnce(),
      serve: (line) => host.serve(line),
      serveImages: (line) => host.serveImages(line),
    })
    const { link } = web
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ link, host: options.host, port: web.port })}\n`
        : `The workbench is at ${link}\n`,
    )
    const signal = await interrupted(host)
    web.close()
    process.exitCode = signal === 'SIGINT' ? 0 : signalStatus(signal)
  } finally {
    await host.close()
  }
}

/** Tells what is refused once for each reason; strangers cannot fill a log with more than a screen of it. */
function sayOnce(): (reason: string) => void {
  const said = new Set<string>()
  return (reason) => {
    if (said.has(reason) || said.size === MOST_SAID) return
    said.add(reason)
    const last = said.size === MOST_SAID ? ' Further refusals are not told.' : ''
    process.stderr.write(`Refused: ${reason}${last}\n`)
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) throw new UsageError(`--port must be a number from 0 to 65535, not ${text}.`)
  return port
}

/** Waits for the first signal; the second one ends everything at once. */
function interrupted(host: WorkbenchHost): Promise<StopSignal> {
  return new Promise((resolve) =>
    onInterrupt(
      (signal) => {
        process.stderr.write(
          host.atWork === undefined
            ? 'Ending.\n'
            : `Saving a checkpoint of ${host.atWork} and ending. Once more to end at once, without.\n`,
        )
        resolve(signal)
      },
      (signal) => {
        host.kill()
        process.exit(signalStatus(signal))
      },
    ),
  )
}
