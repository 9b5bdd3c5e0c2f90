import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { buildWindow } from '../fixtures/electron.ts'
import { openPage, serve } from '../fixtures/serve.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

beforeAll(() => buildWindow())

/** A finished run. Returns its folder. */
function writeRun(home: string, id: string, name: string): string {
  const folder = join(home, 'runs', id)
  mkdirSync(folder, { recursive: true })
  const record: RunRecord = {
    format: 1,
    id,
    name,
    status: 'finished',
    created: '2026-01-02T03:04:05.000Z',
    started: '2026-01-02T03:04:05.000Z',
    ended: '2026-01-02T03:14:05.000Z',
    trainer: { pid: 1, host: 'elsewhere' },
    dataset: { name: 'none', root: home, classes: ['a', 'b'], fingerprint: '' },
    tensorFlow: '2.21.0',
    devices: ['CPU:0'],
    environment: {},
    step: 2,
    epoch: 2,
  }
  writeFileSync(join(folder, 'run.json'), JSON.stringify(record))
  writeFileSync(join(folder, 'recipe.json'), JSON.stringify(parseRecipe({ run: { name } })))
  writeFileSync(
    join(folder, 'metrics.jsonl'),
    [0.75, 0.5]
      .map(
        (top1, i) =>
          `${JSON.stringify({ step: i + 1, epoch: i + 1, wall: i, split: 'val', values: { top1, top5: 0.9 + i / 20 } })}\n`,
      )
      .join(''),
  )
  return folder
}

async function open() {
  const home = temporaryFolder()
  const folders = {
    kept: writeRun(home, '2026-01-02_03-04-05_resnet8_a', 'kept'),
    gone: writeRun(home, '2026-01-02_03-04-06_resnet8_b', 'gone'),
  }
  const page = await openPage(await serve(home))
  await page.getByRole('link', { name: 'kept' }).waitFor()
  return { home, folders, page }
}

const notesOf = (folder: string) =>
  JSON.parse(
    existsSync(join(folder, 'notes.json')) ? readFileSync(join(folder, 'notes.json'), 'utf8') : '{}',
  ) as unknown

it('tags and notes are written where they stand; metrics are columns that are kept', async () => {
  const { folders, page } = await open()
  await page.getByRole('button', { name: /^Tags of kept/ }).click()
  await page.getByRole('textbox', { name: 'Tags of kept' }).fill('paper, best,, paper')
  await page.keyboard.press('Enter')
  await expect.poll(() => notesOf(folders.kept)).toEqual({ tags: ['paper', 'best'] })
  await page.getByRole('button', { name: 'Tags of kept: paper, best; edit' }).waitFor()

  await page.getByRole('button', { name: /^Notes of kept/ }).click()
  await page.getByRole('textbox', { name: 'Notes of kept' }).pressSequentially('first\nsecond')
  await page.keyboard.press('Control+Enter')
  await expect.poll(() => notesOf(folders.kept)).toEqual({ tags: ['paper', 'best'], notes: 'first\nsecond' })
  await page.getByRole('button', { name: /^Notes of kept: first/ }).click()
  await page.keyboard.type('not this')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Notes of kept: first\s+second; edit/ }).waitFor()
  expect(notesOf(folders.kept)).toEqual({ tags: ['paper', 'best'], notes: 'first\nsecond' })

  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'kept' }) })
  await row.getByText('75.00 %').waitFor()
  await page.getByText('Columns', { exact: true }).click()
  await page.getByRole('checkbox', { name: 'Best top-5' }).check()
  await row.getByText('95.00 %').waitFor()
  await page.reload()
  await row.getByText('95.00 %').waitFor()
})

it('a run is deleted, restored, and erased for good', async () => {
  const { home, folders, page } = await open()
  const moveToTrash = async () => {
    await page.getByRole('checkbox', { name: 'Choose gone' }).check()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Move to the trash' }).click()
    await page.getByRole('link', { name: 'gone' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Trash', exact: true }).click()
    await page.getByRole('row', { name: /gone/ }).waitFor()
  }
  await moveToTrash()
  expect(existsSync(folders.gone)).toBe(false)
  await page.getByRole('button', { name: 'Restore gone' }).click()
  await page.getByText('The trash is empty').waitFor()
  expect(readdirSync(folders.gone)).toContain('run.json')

  await page.getByRole('link', { name: 'All runs' }).first().click()
  await moveToTrash()
  await page.getByRole('button', { name: 'Erase gone for good' }).click()
  await page.getByRole('button', { name: 'Erase for good', exact: true }).click()
  await page.getByText('The trash is empty').waitFor()
  expect([existsSync(folders.gone), existsSync(folders.kept), readdirSync(join(home, 'trash'))]).toEqual([
    false,
    true,
    [],
  ])
})
