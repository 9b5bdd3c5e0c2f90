import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildWindow, startWindow, type StartedWindow } from '../fixtures/electron.ts'
import { callHost } from './call-host.ts'

const root = join(import.meta.dirname, '../..')

let folder: string
let started: StartedWindow

/** The window as it is, with a trainer that says much and dies. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-last-words-'))
  await buildWindow()
  for (const part of ['package.json', 'dist']) cpSync(join(root, part), join(folder, part), { recursive: true })
  writeFileSync(
    join(folder, 'dist/trainer.mjs'),
    `import { writeSync } from 'node:fs'
     for (let i = 0; i < 400; i++) writeSync(2, 'a line of its work, ' + 'and more of it '.repeat(10) + '\\n')
     writeSync(2, 'Why it ended: ' + 'much more, '.repeat(3000))
     process.exit(3)`,
  )
  started = await startWindow(join(folder, 'home'), {}, folder)
})
afterAll(async () => {
  await started.end()
  rmSync(folder, { recursive: true, maxRetries: 10 })
})

it('tells how the last line of a trainer begins that dies at once, though it printed much', async () => {
  for (let i = 0; i < 5; i++)
    await expect(callHost(started.page, 'describeMachine')).rejects.toThrow(
      /ended with status 3, its last words being "Why it ended: much more, /,
    )
})
