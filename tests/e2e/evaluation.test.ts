import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, it } from 'vitest'
import { buildWindow } from '../fixtures/electron.ts'
import { openPage, serve } from '../fixtures/serve.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { go, PATIENCE } from './workbench-flow.ts'

beforeAll(() => buildWindow())

it("says where the run's own images were found, when they are no longer where they were", async () => {
  const home = join(temporaryFolder(), 'home')
  cpSync(join(import.meta.dirname, '../fixtures/home-of-the-first-version'), home, { recursive: true })
  const page = await openPage(await serve(home))
  await go(page, 'Evaluation')
  await page.getByRole('button', { name: 'Evaluate' }).click()
  await page
    .getByRole('cell', {
      name: /^The run's dataset fashion-mnist-mini is read from .* now, not from \/data\/fashion-mnist-mini: its images are the same\.$/,
    })
    .waitFor(PATIENCE)
})
