import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { startCli } from '../fixtures/run-cli.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const root = join(import.meta.dirname, '../..')
const id = '2026-01-02_03-04-05_resnet8_known'
const steps = Array.from({ length: 100 }, (_, i) => 10 * (i + 1))
/** A loss whose every value is told by its step. */
const lossAt = (step: number) => 1000 / (step + 90)
const start = 1_767_000_000

let browser: Browser
beforeAll(async () => {
  // In a process of its own: Vue is bundled as NODE_ENV says, which is that of tests here.
  await promisify(execFile)(process.execPath, [join(root, 'build/app.mjs')], {
    env: { ...process.env, NODE_ENV: undefined },
  })
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
})
afterAll(() => browser.close())

/** A finished run whose curve is known, in a home of its own. */
function knownRun(): string {
  const home = temporaryFolder()
  const folder = join(home, 'runs', id)
  mkdirSync(folder, { recursive: true })
  const record: RunRecord = {
    format: 1,
    id,
    name: 'known',
    status: 'finished',
    created: '2026-01-02T03:04:05.000Z',
    started: '2026-01-02T03:04:05.000Z',
    ended: '2026-01-02T03:14:05.000Z',
    trainer: { pid: 1, host: 'elsewhere' },
    dataset: { name: 'none', root: home, classes: ['a', 'b'], fingerprint: '' },
    tensorFlow: '2.21.0',
    devices: ['CPU:0'],
    environment: {},
    step: 1000,
    epoch: 10,
  }
  const records = steps.map((step) => ({
    step,
    epoch: step / 100,
    wall: start + step / 4,
    split: 'train',
    values: { loss: lossAt(step) },
  }))
  writeFileSync(join(folder, 'run.json'), JSON.stringify(record))
  writeFileSync(join(folder, 'recipe.json'), JSON.stringify(parseRecipe({ run: { name: 'known' } })))
  writeFileSync(join(folder, 'metrics.jsonl'), records.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return home
}

/** The loss chart of the run, in a page of a browser. */
async function openChart(): Promise<{ page: Page; chart: Locator; area: Locator }> {
  const cli = startCli(knownRun(), 'serve', '--port', '0', '--json')
  let stdout = ''
  cli.child.stdout!.on('data', (text: string) => (stdout += text))
  await expect.poll(() => stdout, { timeout: 60_000 }).toContain('\n')
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  onTestFinished(() => page.close())
  await page.goto((JSON.parse(stdout) as { link: string }).link)
  await page.getByRole('link', { name: 'known' }).click()
  const chart = page.locator('figure').filter({ has: page.getByRole('heading', { name: 'Loss', exact: true }) })
  const area = chart.getByRole('group', { name: /^Loss: 1 curves/ })
  await area.waitFor()
  return { page, chart, area }
}

/** The step that the tooltip tells of, with the pointer at a pixel of the chart. */
async function stepAt(page: Page, area: Locator, x: number): Promise<number> {
  const box = (await area.boundingBox())!
  await page.mouse.move(box.x + x, box.y + 50)
  const cells = await page.locator('.tooltip tbody tr').first().locator('td').allTextContents()
  return Number(cells[4]!.replaceAll(',', ''))
}

describe('a chart', () => {
  it('shows what was dragged over, and all again after a double click', async () => {
    const { page, area } = await openChart()
    const box = (await area.boundingBox())!
    // The axis lies between 58 px from the left and 14 px from the right, over steps 10 to 1000.
    const stepOf = (x: number) => 10 + ((x - 58) / (box.width - 58 - 14)) * 990
    expect(await stepAt(page, area, 59)).toBe(10)
    expect(await stepAt(page, area, box.width - 15)).toBe(1000)

    await page.mouse.move(box.x + 150, box.y + 50)
    await page.mouse.down()
    await page.mouse.move(box.x + 200, box.y + 52, { steps: 3 })
    await page.mouse.move(box.x + 250, box.y + 51, { steps: 3 })
    await page.mouse.up()
    expect(Math.abs((await stepAt(page, area, 59)) - stepOf(150))).toBeLessThanOrEqual(10)
    expect(Math.abs((await stepAt(page, area, box.width - 15)) - stepOf(250))).toBeLessThanOrEqual(10)

    await page.mouse.dblclick(box.x + 100, box.y + 50)
    expect(await stepAt(page, area, 59)).toBe(10)
    expect(await stepAt(page, area, box.width - 15)).toBe(1000)
  })

  it('is moved by Shift-drag and zoomed by Alt-wheel about the pointer; the plain wheel is left to the page', async () => {
    const { page, area } = await openChart()
    const box = (await area.boundingBox())!
    const width = box.width - 58 - 14
    const shows = async (from: number, to: number) => {
      // Within a point of the curve, which has one in ten steps.
      expect(Math.abs((await stepAt(page, area, 59)) - from)).toBeLessThanOrEqual(10)
      expect(Math.abs((await stepAt(page, area, box.width - 15)) - to)).toBeLessThanOrEqual(10)
    }
    const wheel = async (alt: boolean) => {
      await page.mouse.move(box.x + 58 + width / 4, box.y + 50)
      if (alt) await page.keyboard.down('Alt')
      await page.mouse.wheel(0, -100)
      if (alt) await page.keyboard.up('Alt')
    }
    await wheel(false)
    await shows(10, 1000)
    // A quarter of the way is step 257.5: what lies about it is shown 1.2 times as large each time.
    for (let turn = 0; turn < 4; turn++) await wheel(true)
    const [from, to] = [257.5 - 247.5 / 1.2 ** 4, 257.5 + 742.5 / 1.2 ** 4]
    await shows(from, to)

    await page.mouse.move(box.x + 58 + width / 2, box.y + 80)
    await page.keyboard.down('Shift')
    await page.mouse.down()
    await page.mouse.move(box.x + 58 + width / 2 - width / 8, box.y + 80, { steps: 4 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    await shows(from + (to - from) / 8, to + (to - from) / 8)
  })

  it('keeps a vertical axis that is fixed: through a zoom, and for the next visit', async () => {
    const { page, chart, area } = await openChart()
    const box = (await area.boundingBox())!
    /** Where the first point, a loss of 10, is drawn: 0 is the foot of the axis, 1 its head. */
    const height = async () => {
      await stepAt(page, area, 59)
      const [dot, line] = [(await chart.locator('.dot').boundingBox())!, (await chart.locator('.line').boundingBox())!]
      return 1 - (dot.y + dot.height / 2 - line.y) / line.height
    }
    const free = await height()
    expect(free).toBeGreaterThan(0.9)
    const lock = chart.getByRole('button', { name: 'Fix the axis of Loss' })
    await lock.click()
    await expect.poll(height).toBeCloseTo(free, 2)
    for (const [name, value] of [
      ['Highest Loss', '40'],
      ['Lowest Loss', '0'],
    ] as const) {
      await chart.getByRole('textbox', { name }).fill(value)
      await chart.getByRole('textbox', { name }).press('Enter')
    }
    await expect.poll(height).toBeCloseTo(0.25, 2)

    await page.mouse.move(box.x + 59, box.y + 50)
    await page.mouse.down()
    await page.mouse.move(box.x + 160, box.y + 52, { steps: 3 })
    await page.mouse.up()
    await expect.poll(height).toBeCloseTo(0.25, 2)
    await page.reload()
    await area.waitFor()
    await expect.poll(height).toBeCloseTo(0.25, 2)
    await lock.click()
    await expect.poll(height).toBeCloseTo(free, 2)
  })

  it('is saved as CSV with every point, as PNG and as SVG', async () => {
    const { page, chart } = await openChart()
    const folder = temporaryFolder()
    const saved = async (format: string) => {
      const download = page.waitForEvent('download')
      await chart.locator('summary').click()
      await chart.getByRole('button', { name: format, exact: true }).click()
      const file = join(folder, format)
      await (await download).saveAs(file)
      return readFileSync(file)
    }
    const [head, ...lines] = (await saved('CSV')).toString().trim().split('\n')
    expect(head).toBe('run,split,metric,step,epoch,relative_seconds,unix_time,value,smoothed')
    const rows = lines.map((line) => line.split(','))
    expect(
      rows.map(([run, split, metric, step, , relative, , value]) => [
        run,
        split,
        metric,
        Number(step),
        Number(relative),
        Number(value),
      ]),
    ).toEqual(steps.map((step) => ['known', 'train', 'loss', step, (step - 10) / 4, lossAt(step)]))
    // The second smoothed value, by hand: (0.6 * 10 + 1000 / 110) / 1.6.
    expect(Number(rows[1]![8])).toBeCloseTo((6 + 1000 / 110) / 1.6, 10)

    expect((await saved('PNG')).subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
    const svg = (await saved('SVG')).toString()
    expect(svg).toMatch(/^<svg /)
    for (const text of ['Loss', 'known', 'over step']) expect(svg).toContain(text)
  })
})
