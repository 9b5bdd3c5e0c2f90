import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labelErrorsOutOfFold } from '../host/out-of-fold.ts'
import { storedEvaluations, Home, Workbench } from '../host/workbench.ts'
import { areasOf, labelErrors, rank, type LabelErrors, type Logits } from '../shared/figures/index.ts'
import { shuffle } from '../shared/figures/random.ts'
import { resolveRecipe } from '../shared/recipe/resolve.ts'
import { openLogits, openPredictions } from '../storage/evaluations/open-evaluation.ts'

interface Options {
  readonly folds: number
  readonly share: number
  readonly seed: number
  readonly python?: string
  readonly json?: boolean
}

/** How well wrong labels are found. */
interface Found {
  /** Of the first images of the ranking, as many as there are wrong labels, the share that is wrong. */
  readonly precision: number
  readonly rocArea: number
  readonly listed: number
  /** Of those that are listed, the share that is wrong; and of those that are wrong, the share that is listed. */
  readonly listedPrecision: number
  readonly listedRecall: number
}

/** Gives a share of the training images of the bundled dataset another label, and looks how many of them are found. */
export async function benchLabelErrors(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  try {
    const { samples, wrong } = await outOfFold(folder, options)
    const own = foundBy(labelErrors(samples), wrong)
    const peer = options.python === undefined ? undefined : cleanlab(options.python, folder, samples, wrong)
    const report = { ...options, images: wrong.length, wrong: countOf(wrong), anneal: own, cleanlab: peer }
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : describe(report))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function outOfFold(folder: string, { folds, share, seed }: Options) {
  const workbench = new Workbench(new Home(join(folder, 'home')))
  const { root } = await workbench.datasets.resolve('fashion-mnist-mini')
  await workbench.datasets.add('flipped', flip(root, join(folder, 'flipped'), share, seed))
  const recipe = resolveRecipe({ preset: 'demo', settings: ['data.dataset=flipped'] })
  await labelErrorsOutOfFold(workbench, recipe, folds, (progress) => {
    if (progress.phase === 'preparing') process.stderr.write(`${progress.message}\n`)
  })
  const parts = workbench.runs.list().runs.map((run) => {
    const { path, report } = storedEvaluations(run.folder)[0]!
    const { columns, rows } = openPredictions(path, report)
    const isWrong = Uint8Array.from({ length: rows }, (_, row) => Number(columns.path.at(row).includes(MARK)))
    return { labels: columns.label, logits: openLogits(path, report)!, isWrong, classes: report.classes.length }
  })
  const samples: Logits = {
    classes: parts[0]!.classes,
    labels: Int32Array.from(parts.flatMap(({ labels }) => [...labels])),
    logits: Float32Array.from(parts.flatMap(({ logits }) => [...logits])),
  }
  return { samples, wrong: Uint8Array.from(parts.flatMap(({ isWrong }) => [...isWrong])) }
}

/** In the name of an image whose label is wrong. */
const MARK = 'flipped-from-'

/** Copies the dataset; so large a share of its training images comes into the folder of another class. */
function flip(root: string, to: string, share: number, seed: number): string {
  const classes = readdirSync(join(root, 'train')).sort()
  const images = classes.flatMap((name) => readdirSync(join(root, 'train', name)).map((file) => [name, file] as const))
  const order = Int32Array.from(images.keys())
  shuffle(order, seed)
  const wrong = new Set(order.subarray(0, Math.round(share * images.length)))
  for (const split of ['train', 'val'])
    for (const name of classes) mkdirSync(join(to, split, name), { recursive: true })
  images.forEach(([name, file], i) => {
    const other = classes[(classes.indexOf(name) + 1 + ((i * 7) % (classes.length - 1))) % classes.length]!
    const target = wrong.has(i) ? join(other, `${MARK}${name}-${file}`) : join(name, `${name}-${file}`)
    copyFileSync(join(root, 'train', name, file), join(to, 'train', target))
  })
  for (const name of classes)
    for (const file of readdirSync(join(root, 'val', name)))
      copyFileSync(join(root, 'val', name, file), join(to, 'val', name, file))
  return to
}

const countOf = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0)

const foundBy = ({ scores, candidates }: Pick<LabelErrors, 'scores' | 'candidates'>, wrong: Uint8Array): Found => {
  const count = countOf(wrong)
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!)
  const hits = (rows: ArrayLike<number>) => Array.from(rows).reduce((sum, row) => sum + wrong[row]!, 0)
  return {
    precision: hits(order.slice(0, count)) / count,
    rocArea: areasOf(
      rank(
        scores.map((score) => -score),
        wrong,
      ),
    ).rocArea!,
    listed: candidates.length,
    listedPrecision: hits(candidates) / candidates.length,
    listedRecall: hits(candidates) / count,
  }
}

/** The same predictions judged by cleanlab, by each of its scores and each of its ways to list. */
function cleanlab(python: string, folder: string, { labels, logits, classes }: Logits, wrong: Uint8Array) {
  writeFileSync(join(folder, 'labels'), labels)
  writeFileSync(join(folder, 'logits'), logits)
  const answer = execFileSync(python, ['-c', SCRIPT, folder, String(classes)], { encoding: 'utf8', maxBuffer: 1e9 })
  const { scores, listed } = JSON.parse(answer) as Readonly<
    Record<'scores' | 'listed', Readonly<Record<string, number[]>>>
  >
  return Object.entries(scores).flatMap(([score, values]) =>
    Object.entries(listed).map(([by, candidates]) => ({
      score,
      by,
      ...foundBy({ scores: Float32Array.from(values), candidates: Int32Array.from(candidates) }, wrong),
    })),
  )
}

const SCRIPT = `
import json, sys, numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
folder, classes = sys.argv[1], int(sys.argv[2])
labels = np.fromfile(folder + '/labels', np.int32)
logits = np.fromfile(folder + '/logits', np.float32).reshape(-1, classes).astype(np.float64)
p = np.exp(logits - logits.max(1, keepdims=True)); p /= p.sum(1, keepdims=True)
scores = {m: get_label_quality_scores(labels, p, method=m).tolist() for m in ('self_confidence', 'normalized_margin')}
listed = {m: np.where(find_label_issues(labels, p, filter_by=m, n_jobs=1))[0].tolist()
  for m in ('prune_by_noise_rate', 'prune_by_class', 'both', 'confident_learning', 'predicted_neq_given')}
print(json.dumps({'scores': scores, 'listed': listed}))
`

interface Report extends Options {
  readonly images: number
  readonly wrong: number
  readonly anneal: Found
  readonly cleanlab: ReturnType<typeof cleanlab> | undefined
}

function describe({ images, wrong, folds, seed, anneal, cleanlab: peers }: Report): string {
  const line = (name: string, { precision, rocArea, listed, listedPrecision, listedRecall }: Found) =>
    `| ${name} | ${precision.toFixed(4)} | ${rocArea.toFixed(4)} | ${listed} | ${listedPrecision.toFixed(4)} | ${listedRecall.toFixed(4)} |`
  return [
    `${wrong} of ${images} labels flipped (seed ${seed}), ${folds} folds.`,
    '',
    `| | precision at ${wrong} | ROC area | listed | of them wrong | of the wrong |`,
    '|---|---|---|---|---|---|',
    line('Anneal', anneal),
    ...(peers ?? []).map((peer) => line(`cleanlab, ${peer.score}, ${peer.by}`, peer)),
    ...(peers ? [] : ['', 'cleanlab is not beside it: name a Python that has it with --python.']),
    '',
  ].join('\n')
}
