import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isBetter } from '../../shared/run-folder/best-metric.ts'
import { CheckpointError } from '../../shared/errors.ts'
import type { CheckpointManifest } from '../../shared/run-folder/run.ts'
import { storing, writeJson } from '../../storage/files.ts'
import { sync } from '../../storage/write-file.ts'
import { fileSha256 } from '../../storage/hash.ts'
import { parseManifest } from '../../shared/run-folder/manifest.ts'

const MANIFEST = 'manifest.json'
/** TensorFlow's own name for the file that says which checkpoint of a folder is the newest. */
const STATE_FILE = 'checkpoint'
const PREFIX = 'model'
const UNFINISHED = '.unfinished'
const folderName = /^step-(\d+)$/

/** A complete checkpoint on disk. */
export interface SavedCheckpoint {
  readonly name: string
  readonly folder: string
  /** What TensorFlow's save and restore ops take. */
  readonly prefix: string
  readonly manifest: CheckpointManifest
}

export type ManifestFacts = Omit<CheckpointManifest, 'format' | 'created' | 'files'>

async function describeFiles(folder: string): Promise<CheckpointManifest['files']> {
  const names = readdirSync(folder).filter((name) => name !== MANIFEST)
  return Promise.all(
    names.map(async (name) => ({
      name,
      bytes: statSync(join(folder, name)).size,
      sha256: await fileSha256(join(folder, name)),
    })),
  )
}

/** Writes a checkpoint beside its final name, syncs it and renames it; the manifest goes last. A failure leaves nothing behind. */
export async function writeCheckpoint(
  root: string,
  facts: ManifestFacts,
  save: (prefix: string) => Promise<void>,
): Promise<SavedCheckpoint> {
  const name = `step-${facts.step}`
  const folder = join(root, name)
  const aside = folder + UNFINISHED
  try {
    storing(folder, () => {
      rmSync(aside, { recursive: true, force: true })
      mkdirSync(aside, { recursive: true })
      writeFileSync(
        join(aside, STATE_FILE),
        `model_checkpoint_path: "${PREFIX}"\nall_model_checkpoint_paths: "${PREFIX}"\n`,
      )
    })
    await save(join(aside, PREFIX))
    const manifest: CheckpointManifest = {
      format: 1,
      ...facts,
      created: new Date().toISOString(),
      files: await describeFiles(aside),
    }
    storing(folder, () => finish(root, aside, folder, manifest))
    return { name, folder, prefix: join(folder, PREFIX), manifest }
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    throw error
  }
}

function finish(root: string, aside: string, folder: string, manifest: CheckpointManifest): void {
  for (const { name } of manifest.files) sync(join(aside, name))
  writeFileSync(join(aside, MANIFEST), JSON.stringify(manifest, null, 2) + '\n', { flush: true })
  sync(aside)
  rmSync(folder, { recursive: true, force: true })
  renameSync(aside, folder)
  sync(root)
}

/** The folders of checkpoints, oldest first; a manifest that cannot be read is absent. */
function checkpointFolders(
  root: string,
): (Omit<SavedCheckpoint, 'manifest'> & { step: number; manifest: CheckpointManifest | undefined })[] {
  if (!existsSync(root)) return []
  return readdirSync(root)
    .flatMap((name) => {
      const step = folderName.exec(name)?.[1]
      if (step === undefined) return []
      const folder = join(root, name)
      return [
        {
          name,
          folder,
          prefix: join(folder, PREFIX),
          step: Number(step),
          manifest: readManifest(join(folder, MANIFEST), Number(step)),
        },
      ]
    })
    .sort((a, b) => a.step - b.step)
}

/** The complete checkpoints of a run, oldest first. */
export function listCheckpoints(root: string): SavedCheckpoint[] {
  return checkpointFolders(root).flatMap(({ name, folder, prefix, manifest }) =>
    manifest ? [{ name, folder, prefix, manifest }] : [],
  )
}

function readManifest(file: string, step: number): CheckpointManifest | undefined {
  try {
    return parseManifest(JSON.parse(readFileSync(file, 'utf8')), step)
  } catch {
    return undefined
  }
}

/** Compares every file with the manifest. Throws `CheckpointError` that names the first one that differs. */
export async function verifyCheckpoint({ name, folder, manifest }: SavedCheckpoint): Promise<void> {
  for (const file of manifest.files) {
    const path = join(folder, file.name)
    if (existsSync(path) && statSync(path).size === file.bytes && (await fileSha256(path)) === file.sha256) continue
    throw damage(name, file.name)
  }
}

const damage = (name: string, file: string) =>
  new CheckpointError(
    `The checkpoint ${name} is damaged (${file} is missing or was changed); delete its folder to do without it, or name another with --checkpoint.`,
  )

/** The best of the checkpoints that were evaluated, by the metric that they name themselves; the first of equal ones. */
export function bestCheckpoint(checkpoints: readonly SavedCheckpoint[]): SavedCheckpoint | undefined {
  const evaluated = checkpoints.filter(({ manifest }) => manifest.metrics)
  return evaluated.reduce<SavedCheckpoint | undefined>(
    (best, candidate) =>
      !best || isBetter(candidate.manifest.bestMetric ?? 'top1', candidate.manifest.metrics!, best.manifest.metrics!)
        ? candidate
        : best,
    undefined,
  )
}

/** Deletes all but the newest `keep` and the best one, and what an interrupted save left. */
export function pruneCheckpoints(root: string, keep: number): void {
  const checkpoints = listCheckpoints(root)
  const kept = new Set([...checkpoints.slice(-keep), bestCheckpoint(checkpoints)])
  remove(
    root,
    checkpoints.filter((checkpoint) => !kept.has(checkpoint)),
  )
}

/** Deletes checkpoints, and what an interrupted save or deletion left. */
function remove(root: string, checkpoints: readonly SavedCheckpoint[]): void {
  storing(root, () => {
    // Renamed first: what a crash leaves half deleted must not look like a checkpoint.
    for (const { folder } of checkpoints) renameSync(folder, folder + UNFINISHED)
    for (const name of readdirSync(root))
      if (name.endsWith(UNFINISHED)) rmSync(join(root, name), { recursive: true, force: true })
  })
}

/**
 * Makes the newest checkpoint before a step the last one: deletes those from the step on, and changes what its
 * manifest says of how training goes on. Nothing where there is none. Throws `CheckpointError` where it is damaged.
 */
export async function goBackBefore(
  root: string,
  step: number,
  change: Pick<CheckpointManifest, 'learningRateScale' | 'rollBacks'>,
): Promise<SavedCheckpoint | undefined> {
  const checkpoints = listCheckpoints(root)
  const last = checkpoints.findLast(({ manifest }) => manifest.step < step)
  if (!last) return undefined
  await verifyCheckpoint(last)
  remove(
    root,
    checkpoints.filter(({ manifest }) => manifest.step >= step),
  )
  const manifest = { ...last.manifest, ...change }
  writeJson(join(last.folder, MANIFEST), manifest)
  return { ...last, manifest }
}

/** A checkpoint by `best`, `last` or its folder's name. Throws `CheckpointError` where there is none. */
export function findCheckpoint(root: string, wanted: string): SavedCheckpoint {
  const folders = checkpointFolders(root)
  // Whichever has a manifest that cannot be read may have been the best.
  const mayBeBest = ({ folder, manifest }: (typeof folders)[number]) => !manifest && existsSync(join(folder, MANIFEST))
  const damaged =
    wanted === 'last'
      ? folders.at(-1)
      : folders.find((checkpoint) => (wanted === 'best' ? mayBeBest(checkpoint) : checkpoint.name === wanted))
  if (damaged && !damaged.manifest) throw damage(damaged.name, MANIFEST)
  const checkpoints = listCheckpoints(root)
  if (checkpoints.length === 0)
    throw new CheckpointError('The run has no complete checkpoint; train it again from the start.')
  const last = checkpoints.at(-1)!
  const found =
    wanted === 'last'
      ? last
      : wanted === 'best'
        ? (bestCheckpoint(checkpoints) ?? last)
        : checkpoints.find(({ name }) => name === wanted)
  if (!found)
    throw new CheckpointError(
      `The run has no complete checkpoint "${wanted}"; it has ${checkpoints.map(({ name }) => name).join(', ')}.`,
    )
  return found
}
