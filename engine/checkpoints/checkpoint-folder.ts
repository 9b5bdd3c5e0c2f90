import { checkpointFiles, checkpointName, stepOfCheckpoint } from '../../shared/run-folder/files.ts'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isBetter } from '../../shared/run-folder/best-metric.ts'
import { CheckpointError } from '../../shared/errors.ts'
import { type CheckpointManifest, parseManifest } from '../../shared/run-folder/manifest.ts'
import { storing } from '../../storage/files.ts'
import { readSealed, writeSealed } from '../../storage/sealed-json.ts'
import { removeFolders, wholeFolders, writeFolderWhole } from '../../storage/write-folder.ts'
import { fileSha256 } from '../../storage/hash.ts'

const { manifest: MANIFEST, state: STATE_FILE, prefix: PREFIX } = checkpointFiles

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

/** Writes a checkpoint whole, in place of one of the same step; the manifest goes last. A failure leaves nothing behind. */
export async function writeCheckpoint(
  root: string,
  facts: ManifestFacts,
  save: (prefix: string) => Promise<void>,
): Promise<SavedCheckpoint> {
  const name = checkpointName(facts.step)
  const folder = join(root, name)
  const fill = async (aside: string): Promise<CheckpointManifest> => {
    const state = `model_checkpoint_path: "${PREFIX}"\nall_model_checkpoint_paths: "${PREFIX}"\n`
    storing(folder, () => writeFileSync(join(aside, STATE_FILE), state))
    await save(join(aside, PREFIX))
    const files = await describeFiles(aside)
    const manifest: CheckpointManifest = { format: 1, ...facts, created: new Date().toISOString(), files }
    writeSealed(join(aside, MANIFEST), manifest)
    return manifest
  }
  const manifest = await writeFolderWhole(folder, fill, { replace: true })
  return { name, folder, prefix: join(folder, PREFIX), manifest }
}

/** The folders of checkpoints, oldest first; a manifest that cannot be read is absent. */
function checkpointFolders(
  root: string,
): (Omit<SavedCheckpoint, 'manifest'> & { step: number; manifest: CheckpointManifest | undefined })[] {
  return [...wholeFolders(root)]
    .flatMap(([name, folder]) => {
      const step = stepOfCheckpoint(name)
      if (step === undefined) return []
      return [
        { name, folder, prefix: join(folder, PREFIX), step, manifest: readManifest(join(folder, MANIFEST), step) },
      ]
    })
    .sort((a, b) => a.step - b.step)
}

/** Whether a run has saved none yet; one that is damaged counts. */
export const hasNoCheckpoint = (root: string): boolean => checkpointFolders(root).length === 0

/** The complete checkpoints of a run, oldest first. */
export function listCheckpoints(root: string): SavedCheckpoint[] {
  return checkpointFolders(root).flatMap(({ name, folder, prefix, manifest }) =>
    manifest ? [{ name, folder, prefix, manifest }] : [],
  )
}

function readManifest(file: string, step: number): CheckpointManifest | undefined {
  try {
    return parseManifest(readSealed(file), step)
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

const remove = (
  root: string,
  checkpoints: readonly SavedCheckpoint[],
  which: (one: SavedCheckpoint) => boolean,
): void =>
  removeFolders(
    root,
    checkpoints.filter(which).map(({ folder }) => folder),
  )

/** Deletes all but the newest `keep` and the best one, and what an interrupted save left. */
export function pruneCheckpoints(root: string, keep: number): void {
  const checkpoints = listCheckpoints(root)
  const kept = new Set([...checkpoints.slice(-keep), bestCheckpoint(checkpoints)])
  remove(root, checkpoints, (checkpoint) => !kept.has(checkpoint))
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
  remove(root, checkpoints, ({ manifest }) => manifest.step >= step)
  const manifest = { ...last.manifest, ...change }
  writeSealed(join(last.folder, MANIFEST), manifest)
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
