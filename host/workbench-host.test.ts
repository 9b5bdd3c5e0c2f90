import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { Home } from './machine/home.ts'
import { NodeStarter } from './training/trainer/node-starter.ts'
import { WorkbenchHost } from './workbench-host.ts'
import { Workbench } from './workbench.ts'

it('says on the page why a new home has no demo run', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(() => complaints.mockRestore())
  const home = join(temporaryFolder(), 'home')
  // Nothing can be put in this queue.
  mkdirSync(join(home, 'queue.json'), { recursive: true })
  const workbench = new Workbench(
    new Home(home),
    new NodeStarter(join(import.meta.dirname, '../tests/fixtures/tiny-trainer.ts')),
  )
  const host = WorkbenchHost.open(workbench, { version: '0', surface: 'browser' })
  onTestFinished(() => host.close())
  await vi.waitFor(async () =>
    expect((await host.calls.listProblems()).join(' ')).toMatch(
      /The demo run could not be started: .*queue\.json cannot be used: a folder stands where a file is needed/,
    ),
  )
})
