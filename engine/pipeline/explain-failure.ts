import { DatasetError, TensorFlowError } from '../../shared/errors.ts'
import { copyPathOf, nameOf, reasonOf, scanImages, selectFiles, statOf, type SplitIndex } from '../dataset/index.ts'

const advice = 'run "anneal datasets check" to see what is wrong with the dataset, then start again'

/** Codes that an unreadable image never has: the end of the stream, memory, a copy to a device, the end of the session. */
const notAnImage = new Set(['OUT_OF_RANGE', 'RESOURCE_EXHAUSTED', 'INTERNAL', 'CANCELLED'])

/**
 * What is to be said of an error of a run that took images from a pipeline: where it comes from there, a
 * `DatasetError` with the name of the file, found among those that have changed since the index was made;
 * else the error itself.
 * @param iterator the name of the operation that gives the pipeline's batches
 */
export async function explainFailure(
  error: unknown,
  iterator: string,
  root: string,
  split: SplitIndex,
): Promise<unknown> {
  if (!(error instanceof TensorFlowError) || notAnImage.has(error.code) || !error.detail.includes(iterator))
    return error
  // The search must not hide what it was to explain.
  const found = await findCulprit(root, split).catch(() => undefined)
  const message = found ?? `An image of ${root} cannot be read any more (${reasonOf(error)})`
  return new DatasetError(`${message}; ${advice}.`, { cause: error })
}

async function findCulprit(root: string, split: SplitIndex): Promise<string | undefined> {
  const changed: number[] = []
  for (let row = 0; row < split.count; row++) {
    const stats = statOf(`${root}/${split.paths.at(row)}`)
    const copy = split.copies?.names[row]
    if (copy && !statOf(copyPathOf(split.copies.folder, copy)))
      return `The copy that ${root}/${nameOf(split, row)} is decoded by was removed from ${split.copies.folder}`
    if (stats?.size !== split.bytes[row] || stats?.mtimeMs !== split.mtimes[row]) changed.push(row)
  }
  const { heights, widths, kinds, reasons } = await scanImages(root, selectFiles(split, changed))
  const place = changed.findIndex(
    (row, i) =>
      reasons.has(i) ||
      heights[i] !== split.heights[row] ||
      widths[i] !== split.widths[row] ||
      kinds[i] !== split.kinds[row],
  )
  if (place < 0) return undefined
  const file = `${root}/${nameOf(split, changed[place]!)}`
  const reason = reasons.get(place)
  return reason === undefined
    ? `${file} has changed since the dataset was checked`
    : `${file} cannot be read any more (${reason})`
}
