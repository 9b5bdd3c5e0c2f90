import type { Page } from 'playwright-core'
import type { NativeWindow } from '../../shared/contract/window.ts'
import type { ImageCalls } from '../../shared/contract/images.ts'
import type { WorkbenchCalls } from '../../shared/contract/workbench.ts'

declare global {
  interface Window {
    readonly anneal: NativeWindow
  }
}

interface Answer {
  readonly i: string
  readonly r?: unknown
  readonly e?: { readonly name: string; readonly message: string }
}

/** Calls the host, or the trainer for images, over a line of its own, as any script in the page could: by name, with whatever arguments. */
export async function callRaw(
  page: Page,
  name: string,
  args: unknown,
  to: 'host' | 'images' = 'host',
): Promise<unknown> {
  const answer = await page.evaluate(
    ([name, args, to]) =>
      new Promise<Answer>((resolve) => {
        const onLine = ({ data, ports }: MessageEvent) => {
          const [port] = ports
          if (data !== `anneal-${to}-line` || !port) return
          removeEventListener('message', onLine)
          port.onmessage = ({ data }: MessageEvent<Answer>) => {
            if (data.i !== 'raw') return
            port.close()
            resolve(data)
          }
          port.postMessage({ t: 'q', i: 'raw', m: name, a: args })
        }
        addEventListener('message', onLine)
        window.anneal.openLine(to)
      }),
    [name, args, to] as const,
  )
  if (answer.e) throw Object.assign(new Error(answer.e.message), { name: answer.e.name })
  return answer.r
}

export async function callHost<K extends keyof WorkbenchCalls>(
  page: Page,
  name: K,
  ...args: Parameters<WorkbenchCalls[K]>
): Promise<Awaited<ReturnType<WorkbenchCalls[K]>>> {
  return (await callRaw(page, name, args)) as Awaited<ReturnType<WorkbenchCalls[K]>>
}

export async function callTrainer<K extends keyof ImageCalls>(
  page: Page,
  name: K,
  ...args: Parameters<ImageCalls[K]>
): Promise<Awaited<ReturnType<ImageCalls[K]>>> {
  return (await callRaw(page, name, args, 'images')) as Awaited<ReturnType<ImageCalls[K]>>
}
