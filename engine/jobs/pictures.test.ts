import { readdirSync } from 'node:fs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { checkedCalls } from '../../shared/contract/calls.ts'
import { MOST_PICTURE, PICTURE_PIECE, pictureCalls } from '../../shared/contract/pictures.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { Pictures } from './pictures.ts'
import { SampleViewer } from './sample-viewer.ts'

const place = { runFolder: '/nowhere', cacheFolder: '/nowhere' }

it('a picture comes whole and in order, or not at all, and is gone with the line', async () => {
  const temporary = temporaryFolder()
  vi.stubEnv('TMPDIR', temporary)
  onTestFinished(() => void vi.unstubAllEnvs())
  const pictures = new Pictures(
    new SampleViewer(),
    () => Promise.resolve(place),
    (work) => work(),
  )
  const calls = checkedCalls(pictureCalls, pictures.calls)
  const asked = { run: 'run', checkpoint: 'best' }
  await expect(calls.predictPicture!(asked)).rejects.toThrow('No picture was handed over; do that first.')
  const piece = new Uint8Array(10)
  await expect(calls.addPicturePiece!({ at: 5, bytes: piece })).rejects.toThrow('A piece of the picture is missing')
  await calls.addPicturePiece!({ at: 0, bytes: piece })
  await calls.addPicturePiece!({ at: 10, bytes: piece })
  await expect(calls.addPicturePiece!({ at: 10, bytes: piece })).rejects.toThrow('A piece of the picture is missing')
  await expect(calls.addPicturePiece!({ at: MOST_PICTURE, bytes: piece })).rejects.toThrow(
    'The picture is larger than 64.0 MiB; choose a smaller one.',
  )
  await expect(calls.addPicturePiece!({ at: 0, bytes: new Uint8Array(PICTURE_PIECE + 1) })).rejects.toThrow(
    `it holds ${PICTURE_PIECE + 1} bytes at once`,
  )
  await expect(calls.predictPicture!({ ...asked, run: piece })).rejects.toThrow('it holds what is no JSON')
  await expect(calls.predictPicture!(asked)).rejects.toThrow('The picture cannot be read: ')
  expect(readdirSync(temporary)).toHaveLength(1)
  pictures.dispose()
  expect(readdirSync(temporary)).toEqual([])
})
