import type { Page } from 'playwright-core'

declare global {
  interface Window {
    /** Milliseconds from each input to the frame that answers it, oldest first. */
    anneal_latencies: { readonly type: string; readonly ms: number }[]
  }
}

/**
 * From here on the page notes how long each input takes: from when the browser got it to the start of the second
 * frame after its handlers, by which time the first has been drawn. That is up to 17 ms more than a person sees.
 */
export async function watchLatency(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.anneal_latencies = []
    for (const type of ['pointermove', 'pointerup', 'keydown', 'wheel', 'click']) {
      const note = ({ timeStamp }: Event) =>
        requestAnimationFrame(() =>
          requestAnimationFrame(() => window.anneal_latencies.push({ type, ms: performance.now() - timeStamp })),
        )
      addEventListener(type, note, { capture: true, passive: true })
    }
  })
}

/** Does something in the page and returns how long its inputs of some types took, in milliseconds. */
export async function latencies(page: Page, types: readonly string[], act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => void (window.anneal_latencies = []))
  await act()
  await twoFrames(page)
  const all = await page.evaluate(() => window.anneal_latencies)
  return all.filter(({ type }) => types.includes(type)).map(({ ms }) => ms)
}

const twoFrames = (page: Page) =>
  page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 20)))),
  )
