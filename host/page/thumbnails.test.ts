import { expect, it } from 'vitest'
import { Thumbnails } from './thumbnails.ts'

/** Asks for samples, and tells which of them had to be made. 7 cannot be. */
function open(bytes?: number) {
  const thumbnails = new Thumbnails(bytes)
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

it('keeps what was asked for last, within its bytes', async () => {
  const { of } = open(6)
  await of([1, 2, 3])
  await of([1])
  expect((await of([4])).made).toEqual([4])
  expect((await of([1, 3, 4])).made).toEqual([])
  expect((await of([2])).made).toEqual([2])
})

it('gives out what is larger than all that is kept', async () => {
  const { of } = open(1)
  for (let time = 0; time < 2; time++) expect(await of([1])).toEqual({ files: [[1, 64]], made: [1] })
})
