export { mixBatch, mixes } from './augment/mixing.ts'
export { openCache } from './cache/open-cache.ts'
export type { PixelCache } from './cache/pixel-cache.ts'
export { measureImages, type ImageMeasures } from './measure-images.ts'
export { normalise } from './normalise.ts'
export {
  evaluationPipeline,
  trainingPipeline,
  type EvaluationPipelineOptions,
  type Pipeline,
  type TrainingPipelineOptions,
} from './pipeline.ts'
export { evaluatedPixels, previewSamples, type PreviewRequest } from './preview/preview.ts'
export { thumbnails } from './preview/thumbnails.ts'
export { syntheticImages } from './synthetic-images.ts'
