import type { Page } from 'playwright-core'

const SECONDS = 5

/**
 * Opens the map of a run's only evaluation, and moves it by its keys and zooms it in every frame. Milliseconds from one
 * frame to the next; the map is drawn anew in each.
 */
export async function measureMap(page: Page, run: string): Promise<number[]> {
  await page.evaluate((id) => void (location.hash = `#/evaluation/${id}/step-1-val`), run)
  await page.getByRole('button', { name: 'Map', exact: true }).click()
  const map = page.getByRole('application', { name: /^Map of the images/ })
  await map.waitFor()
  return map.evaluate(
    (element, end) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = []
        const canvas = element.querySelector('canvas')!
        const next = (now: number) => {
          times.push(now)
          if (now - times[0]! > end) return resolve(times.slice(1).map((time, i) => time - times[i]!))
          const key = times.length % 40 < 20 ? 'ArrowLeft' : 'ArrowRight'
          element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
          const deltaY = times.length % 80 < 40 ? -4 : 4
          canvas.dispatchEvent(new WheelEvent('wheel', { deltaY, bubbles: true, cancelable: true }))
          requestAnimationFrame(next)
        }
        requestAnimationFrame(next)
      }),
    1000 * SECONDS,
  )
}
