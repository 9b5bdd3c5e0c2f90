import { describe, expect, it } from 'vitest'
import { ThumbnailCache } from './thumbnail-cache.ts'

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

const isAlive = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  )

/** A loader that answers when it is told to, with one byte for each sample. */
function slowLoader() {
  const asked: number[][] = []
  const answers: (() => void)[] = []
  const load = (samples: number[]) => {
    asked.push(samples)
    return new Promise<Uint8Array[]>((resolve) =>
      answers.push(() => resolve(samples.map((sample) => Uint8Array.of(sample % 256)))),
    )
  }
  const answer = async () => {
    answers.shift()!()
    await new Promise((resolve) => setTimeout(resolve))
  }
  return { load, asked, answer }
}

describe('the thumbnails', () => {
  it('skips what was scrolled past while a request was under way', async () => {
    const { load, asked, answer } = slowLoader()
    const cache = new ThumbnailCache(load)
    void cache.want(range(0, 10))
    void cache.want(range(1000, 1010))
    void cache.want(range(5000, 5010))
    await answer()
    await answer()
    expect(asked).toEqual([range(0, 10), range(5000, 5010)])
    expect([...cache.urls.keys()]).toEqual([...range(0, 10), ...range(5000, 5010)])
    cache.dispose()
  })

  it('asks for no sample twice, and for few at once', async () => {
    const { load, asked, answer } = slowLoader()
    const cache = new ThumbnailCache(load)
    void cache.want(range(0, 60))
    await answer()
    await answer()
    await cache.want(range(0, 60))
    expect(asked).toEqual([range(0, 48), range(48, 60)])
    cache.dispose()
  })

  it('lets go of the oldest beyond the limit, never of what is wanted', async () => {
    const cache = new ThumbnailCache((samples) => Promise.resolve(samples.map(() => Uint8Array.of(1))), 20)
    await cache.want(range(0, 20))
    const oldest = cache.urls.get(0)!
    expect(await isAlive(oldest)).toBe(true)
    await cache.want(range(10, 30))
    expect([...cache.urls.keys()]).toEqual(range(10, 30))
    expect(await isAlive(oldest)).toBe(false)
    const kept = cache.urls.get(29)!
    expect(await isAlive(kept)).toBe(true)
    cache.dispose()
    expect(await isAlive(kept)).toBe(false)
  })

  it('has an empty address for a file that is gone, and says why a request failed', async () => {
    let fail = false
    const cache = new ThumbnailCache((samples) =>
      fail ? Promise.reject(new Error('The folder is gone.')) : Promise.resolve(samples.map(() => new Uint8Array())),
    )
    await cache.want([7])
    expect(cache.urls.get(7)).toBe('')
    fail = true
    await cache.want([8])
    expect(cache.problem.message).toBe('The folder is gone.')
    cache.dispose()
  })
})
