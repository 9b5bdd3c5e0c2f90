/** The options of `anneal serve`, and whether a value follows. */
export const serveOptions: Readonly<Record<string, boolean>> = {
  '--port': true,
  '--host': true,
  '--allow-host': true,
  '--base-path': true,
  '--new-token': false,
  '--json': false,
}

export interface StartArguments {
  /** Chromium's switches. */
  readonly window: readonly string[]
  /** Options of `anneal serve`, with their values. */
  readonly serve: readonly string[]
}

/** Tells the arguments of `npm start` apart. Throws an `Error` whose message is one sentence. */
export function splitArguments(args: readonly string[]): StartArguments {
  const window: string[] = []
  const serve: string[] = []
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!
    const name = argument.split('=')[0]!
    if (Object.hasOwn(serveOptions, name)) {
      serve.push(argument)
      if (serveOptions[name] && name === argument && i + 1 < args.length) serve.push(args[++i]!)
    } else if (/^--[a-z][\w-]*(=.*)?$/.test(argument) && name !== '--help') window.push(argument)
    else
      throw new Error(
        `npm start takes, after "--", switches of Chromium such as --disable-gpu, and for the page in a browser ${Object.keys(serveOptions).join(', ')}, not ${JSON.stringify(argument)}.`,
      )
  }
  return { window, serve }
}
