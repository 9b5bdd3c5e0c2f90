import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { Home, Workbench } from '../host/workbench.ts'
import { NodeStarter } from '../host/training/trainer/node-starter.ts'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { run } from './program.ts'
import { noteSilence } from './silence.ts'

it.runIf(process.platform !== 'win32')(
  'says on stderr that the trainer is silent, and that it answers again',
  async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'pictures'))
    const printed: string[] = []
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(printed.push(String(text))))
    onTestFinished(() => spy.mockRestore())
    const tinyTrainer = join(import.meta.dirname, '../tests/fixtures/tiny-trainer.ts')
    const workbench = new Workbench(new Home(join(folder, 'home')), new NodeStarter(tinyTrainer, 3000), noteSilence)
    const status = run(['train', '--dataset', join(folder, 'pictures'), '--set', 'schedule.epochs=100000'], workbench)
    const runs = () => workbench.runs.list().runs
    await expect.poll(() => runs().length, { timeout: 60_000 }).toBe(1)
    const { trainer } = JSON.parse(readFileSync(join(runs()[0]!.folder, 'run.json'), 'utf8')) as {
      trainer: { pid: number }
    }
    const lines = () => printed.filter((text) => text.startsWith('The trainer'))
    // A busy machine may have started it slowly, and that been told.
    printed.length = 0
    process.kill(trainer.pid, 'SIGSTOP')
    await expect.poll(lines, { timeout: 60_000 }).toHaveLength(1)
    process.kill(trainer.pid, 'SIGCONT')
    await expect.poll(lines, { timeout: 60_000 }).toHaveLength(2)
    process.kill(trainer.pid, 'SIGKILL')
    expect(await status).toBe(1)
    expect(lines()).toEqual([
      expect.stringMatching(
        /^The trainer has not answered for \d+ s: wait if the machine is busy, or end it with Ctrl-C/,
      ),
      'The trainer answers again.\n',
    ])
  },
)
