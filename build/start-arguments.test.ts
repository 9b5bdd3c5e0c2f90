import { Command } from 'commander'
import { expect, it } from 'vitest'
import { addServe } from '../cli/serve.ts'
import type { Workbench } from '../host/workbench.ts'
import { serveOptions, splitArguments } from './start-arguments.ts'

it('knows the options of anneal serve', () => {
  const program = new Command()
  addServe(program, {} as Workbench, '0')
  const { options } = program.commands[0]!
  expect(serveOptions).toEqual(Object.fromEntries(options.map(({ long, required }) => [long, required])))
})

it.each([
  [[], [], []],
  [['--disable-gpu'], ['--disable-gpu'], []],
  [['--port', '0'], [], ['--port', '0']],
  [['--port=0', '--ozone-platform=x11'], ['--ozone-platform=x11'], ['--port=0']],
  [['--new-token', '--disable-gpu', '--base-path', '/x'], ['--disable-gpu'], ['--new-token', '--base-path', '/x']],
  [['--allow-host', '--disable-gpu'], [], ['--allow-host', '--disable-gpu']],
  [['--port'], [], ['--port']],
])('tells %j apart', (args, window, serve) => {
  expect(splitArguments(args)).toEqual({ window, serve })
})

it.each(['toString', '0', '', '-', '--', '-d', '--Disable', '--help', '--disable gpu', '--new-token x'])(
  'refuses %j',
  (argument) => {
    expect(() => splitArguments([argument])).toThrow(/^npm start takes, after "--", switches of Chromium/)
  },
)
