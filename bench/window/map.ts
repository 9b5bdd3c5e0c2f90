import type { Page } from 'playwright-core'

declare global {
  interface Window {
    /** When the map was drawn, milliseconds. */
    anneal_drawn: number[]
  }
}

const SECONDS = 5

/** Opens the map of a run's only evaluation, and moves and zooms it all the time. Milliseconds from one drawing to the next. */
export async function measureMap(page: Page, run: string): Promise<number[]> {
  await page.evaluate((id) => void (location.hash = `#/evaluation/${id}/step-1-val`), run)
  await page.getByRole('button', { name: 'Map', exact: true }).click()
  const map = page.getByRole('application', { name: /^Map of the images/ })
  await map.waitFor()
  await page.evaluate(() => {
    window.anneal_drawn = []
    const { prototype } = CanvasRenderingContext2D
    const put = prototype.putImageData
    prototype.putImageData = function (this: CanvasRenderingContext2D, ...args: Parameters<typeof put>) {
      put.apply(this, args)
      window.anneal_drawn.push(performance.now())
    }
  })
  const { x, y, width, height } = (await map.boundingBox())!
  const middle = { x: x + width / 2, y: y + height / 2 }
  await page.mouse.move(middle.x, middle.y)
  await page.mouse.down()
  const end = Date.now() + 1000 * SECONDS
  for (let i = 0; Date.now() < end; i++) {
    await page.mouse.move(middle.x + 80 * Math.sin(i / 10), middle.y + 80 * Math.cos(i / 10))
    if (i % 40 === 20) await page.mouse.wheel(0, i % 80 === 20 ? -100 : 100)
  }
  await page.mouse.up()
  const drawn = await page.evaluate(() => window.anneal_drawn)
  return drawn.slice(1).map((time, i) => time - drawn[i]!)
}
