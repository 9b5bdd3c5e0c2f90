import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { MOST_PICTURE, PICTURE_PIECE, type PredictedPicture } from '../../shared/contract/pictures.ts'
import { formatBytes } from '../../shared/format-bytes.ts'
import { trainer } from '../app/transport/trainer.ts'

/** As many are shown: each is a file that the page keeps open. */
export const MOST_PICTURES = 500

/** A picture that was dropped or chosen. */
export interface Picture {
  readonly id: number
  readonly file: File
  /** Of the picture as it is in its file. */
  readonly url: string
}

/** The pictures that were dropped on the page or chosen; they are kept until they are cleared. */
export const usePictures = defineStore('pictures', () => {
  const list = shallowRef<readonly Picture[]>([])
  /** Those beyond the most. */
  const leftOut = shallowRef(0)
  let next = 0

  function add(files: readonly File[]) {
    const taken = files.slice(0, MOST_PICTURES - list.value.length)
    leftOut.value = files.length - taken.length
    list.value = [...list.value, ...taken.map((file) => ({ id: next++, file, url: URL.createObjectURL(file) }))]
  }
  function clear() {
    list.value.forEach(({ url }) => URL.revokeObjectURL(url))
    list.value = []
    leftOut.value = 0
  }
  return { list, leftOut, add, clear }
})

/** What a checkpoint takes a picture for. One at a time: the trainer holds the picture that was handed over last. */
export async function predictPicture(file: File, run: string, checkpoint: string): Promise<PredictedPicture> {
  if (file.size > MOST_PICTURE) throw new Error(`The picture is larger than ${formatBytes(MOST_PICTURE)}.`)
  for (let at = 0; at === 0 || at < file.size; at += PICTURE_PIECE) {
    const piece = await file.slice(at, at + PICTURE_PIECE).arrayBuffer()
    await trainer.addPicturePiece({ at, bytes: new Uint8Array(piece) })
  }
  return trainer.predictPicture({ run, checkpoint })
}
