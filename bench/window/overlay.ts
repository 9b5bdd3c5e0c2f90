import type { Page } from 'playwright-core'
import { latencies, watchLatency } from './latency.ts'

export interface OverlayFigures {
  /** Milliseconds from the click to the frame in which every chart has all its curves. */
  readonly opened: number
  readonly zoom: readonly number[]
  readonly hover: readonly number[]
}

/** Chooses all runs in the table, lays them over each other, and works in the first chart. */
export async function measureOverlay(page: Page, runs: number): Promise<OverlayFigures> {
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.getByRole('checkbox', { name: 'Choose all runs' }).check()
  const opened = await openAll(page, runs)
  await watchLatency(page)
  return { opened, ...(await workInChart(page)) }
}

/** A chart of so many runs says so to who cannot see it. */
function openAll(page: Page, runs: number): Promise<number> {
  return page.evaluate(
    (runs) =>
      new Promise<number>((resolve) => {
        const start = performance.now()
        const isWhole = () => {
          const charts = [...document.querySelectorAll('figure [role=group]')].map((chart) =>
            Number(/: (\d+) curves/.exec(chart.ariaLabel ?? '')?.[1]),
          )
          const inSight = [...document.querySelectorAll('figure canvas')].length
          return charts.length >= 5 && charts.every((curves) => curves >= runs) && inSight > 0
        }
        // The frame after the one in which the last curves were drawn.
        const look = () =>
          isWhole()
            ? requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)))
            : requestAnimationFrame(look)
        ;[...document.querySelectorAll('button')].find(({ textContent }) => textContent.includes('Compare'))!.click()
        look()
      }),
    runs,
  )
}

async function workInChart(page: Page): Promise<{ zoom: number[]; hover: number[] }> {
  const area = page.getByRole('group', { name: /^Loss: / })
  const box = (await area.boundingBox())!
  const at = (share: number, y = 0.5) => page.mouse.move(box.x + 60 + share * (box.width - 80), box.y + y * box.height)
  const hover = await latencies(page, ['pointermove'], async () => {
    for (let i = 0; i <= 40; i++) await at(i / 40, 0.3 + 0.4 * Math.sin(i))
  })
  const zoom: number[] = []
  for (let round = 0; round < 5; round++) {
    zoom.push(
      ...(await latencies(page, ['pointerup'], async () => {
        await at(0.2)
        await page.mouse.down()
        await at(0.6)
        await page.mouse.up()
      })),
    )
    await area.focus()
    zoom.push(...(await latencies(page, ['keydown'], () => page.keyboard.press('+'))))
    zoom.push(...(await latencies(page, ['keydown'], () => page.keyboard.press('ArrowRight'))))
    zoom.push(...(await latencies(page, ['keydown'], () => page.keyboard.press('0'))))
  }
  return { zoom, hover }
}
