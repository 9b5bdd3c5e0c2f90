import { describe, expect, it } from 'vitest'
import { ImagePages } from './image-pages.ts'

const image = (index: number) => ({ index, label: index % 3, file: `${index}.png` })

function listOf(total: number) {
  const asked: number[] = []
  const load = (offset: number, limit: number) => {
    asked.push(offset)
    const count = Math.max(0, Math.min(limit, total - offset))
    return Promise.resolve({
      classes: ['a', 'b', 'c'],
      total,
      images: Array.from({ length: count }, (_, i) => image(offset + i)),
    })
  }
  return { asked, pages: new ImagePages(load) }
}

describe('a long list of images', () => {
  it('reads only the pages that are shown, once', async () => {
    const { asked, pages } = listOf(100_000)
    await pages.show(0, 60)
    await pages.show(70_480, 70_540)
    await pages.show(70_490, 70_560)
    expect(asked).toEqual([0, 70_000, 70_500])
    expect(pages.state).toMatchObject({ total: 100_000, ready: true })
    expect(pages.at(70_501)).toEqual(image(70_501))
    expect(pages.at(40_000)).toBeUndefined()
  })

  it('learns that there is nothing', async () => {
    const { asked, pages } = listOf(0)
    await pages.show(0, 0)
    expect(asked).toEqual([0])
    expect(pages.state).toMatchObject({ total: 0, ready: true })
  })

  it('says why a page could not be read, and tries again when it is shown again', async () => {
    let fails = 1
    const pages = new ImagePages(() =>
      fails-- > 0
        ? Promise.reject(new Error('The folder is gone.'))
        : Promise.resolve({ classes: [], total: 1, images: [image(0)] }),
    )
    await pages.show(0, 1)
    expect(pages.state.problem).toBe('The folder is gone.')
    await pages.show(0, 1)
    expect(pages.state.problem).toBeUndefined()
    expect(pages.at(0)).toEqual(image(0))
  })
})
