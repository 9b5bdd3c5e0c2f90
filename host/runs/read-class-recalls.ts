import { join } from 'node:path'
import type { ClassRecalls } from '../../shared/contract/workbench.ts'
import { isClassCounts, type ClassCounts } from '../../shared/run-folder/class-counts.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import { readText } from '../../storage/files.ts'
import { parseJsonLines } from '../../storage/json-lines.ts'

/**
 * The recall of each class at the evaluations of training. Lines that are damaged, or of other classes, are left out.
 * @param names of the classes
 * @throws StorageError where the file cannot be read
 */
export function readClassRecalls(folder: string, names: readonly string[]): ClassRecalls {
  const text = readText(join(folder, runFiles.classes)) ?? ''
  const isOfThese = (value: unknown): value is ClassCounts =>
    isClassCounts(value) && value.images.length === names.length
  const lines = parseJsonLines(text, isOfThese).records
  const column = (key: 'step' | 'epoch' | 'wall') => Float64Array.from(lines, (line) => line[key])
  const recalls = new Float32Array(lines.length * names.length)
  lines.forEach(({ images, correct }, at) =>
    images.forEach((count, label) => (recalls[at * names.length + label] = correct[label]! / count)),
  )
  return { names, steps: column('step'), epochs: column('epoch'), walls: column('wall'), recalls }
}
