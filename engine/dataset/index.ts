export { coloursOf, scannedMoments, type Moments } from './check/colours.ts'
export { reportOf } from './check/report.ts'
export { copyPathOf } from './copies/copy-name.ts'
export { fingerprint, fingerprintOf } from './image-index/fingerprint.ts'
export { openForEvaluation, type EvaluationImages } from './image-index/open-evaluation.ts'
export { looseImages } from './image-index/loose-images.ts'
export { listDataset, openDataset, openIndex, type OpenedDataset } from './image-index/open-index.ts'
export { nameOf } from './image-index/select-readable.ts'
export {
  checkSamples,
  imagesIn,
  selectFiles,
  selectRows,
  turnedIn,
  type DatasetIndex,
  type FileColumns,
  type RawImages,
  type SplitImages,
  type SplitIndex,
} from './image-index/split-index.ts'
export { imageKinds, kindOf, orientationOfDecoding, TURNED, turns, type ImageKind } from './image-kind.ts'
export { grey, rawPixels } from './raw-pixels.ts'
export { manifestColumns } from './readers/manifest.ts'
export { statOf } from './readers/entries.ts'
export { sampleSource, type SampleSource, type SourceColumn } from './sample-source.ts'
export { reasonOf } from './scan/reason.ts'
export { modeName } from './scan/scan-columns.ts'
export { scanImages } from './scan/scan-images.ts'
