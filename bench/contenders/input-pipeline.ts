// Our training pipeline with the default recipe: random resized crop to 224 px, flip; from files, records or a cache.
// Its own arguments: data.cache and data.resample.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCache, trainingPipeline } from '../../engine/pipeline/index.ts'
import { openIndex } from '../../engine/dataset/index.ts'
import { Session } from '../../engine/tensorflow/c-api/index.ts'
import { GraphBuilder } from '../../engine/tensorflow/graph/builder.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { BATCH, inputWorkload, timeBatches } from './input-rate.ts'

const { folder, cores, seconds } = inputWorkload(2)
const { data, augment } = parseRecipe({ data: { cache: process.argv[2], resample: process.argv[3] } })
const cacheFolder = mkdtempSync(join(tmpdir(), 'anneal-bench-cache-'))
try {
  const index = await openIndex(folder, cacheFolder)
  const cache = await openCache(index.splits.train, { root: index.root, data, cacheFolder })
  const g = new GraphBuilder()
  const pipeline = trainingPipeline(g, index.splits.train, {
    root: index.root,
    seed: 1,
    batchSize: BATCH,
    classes: 1,
    data,
    augment,
    parallelCalls: cores,
    cache,
  })
  const batch = g.withControlDependencies([{ pointer: pipeline.images.oper }], () => g.operation('NoOp'))
  const session = new Session(g.graph)
  await pipeline.start(session, 0)
  await timeBatches(() => session.run({ targets: [batch] }), seconds)
} finally {
  rmSync(cacheFolder, { recursive: true })
}
process.exit()
