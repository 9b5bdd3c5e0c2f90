import { expect, it } from 'vitest'
import { Thumbnails } from './thumbnails.ts'

/** Asks for samples, and tells which of them had to be made. 7 cannot be. */
function open() {
  const thumbnails = new Thumbnails()
  const of = async (samples: number[], size = 64) => {
    const made: number[] = []
    const files = await thumbnails.of({ root: '/pets', cacheFolder: '', split: 'train', samples, size }, (request) => {
      made.push(...request.samples)
      return Promise.resolve(
        request.samples.map((sample) => (sample === 7 ? new Uint8Array() : Uint8Array.of(sample, request.size))),
      )
    })
    return { files: files.map((file) => [...file]), made }
  }
  return { thumbnails, of }
}

it('makes what it does not have, in the order asked for', async () => {
  const { thumbnails, of } = open()
  expect(await of([3, 1])).toEqual({
    files: [
      [3, 64],
      [1, 64],
    ],
    made: [3, 1],
  })
  expect(await of([1, 2, 3, 2])).toEqual({
    files: [
      [1, 64],
      [2, 64],
      [3, 64],
      [2, 64],
    ],
    made: [2],
  })
  expect(await of([3], 32)).toEqual({ files: [[3, 32]], made: [3] })
  expect(await of([])).toEqual({ files: [], made: [] })
  thumbnails.forget()
  expect((await of([1])).made).toEqual([1])
})

it('asks again for what could not be read', async () => {
  const { of } = open()
  expect(await of([7, 1])).toEqual({ files: [[], [1, 64]], made: [7, 1] })
  expect(await of([7, 1])).toEqual({ files: [[], [1, 64]], made: [7] })
})
