import type { Recipe } from '../../shared/recipe/schema.ts'

/** The precision group as the environment variables that TensorFlow reads when its library loads. */
export function trainerEnvironment(precision: Recipe['precision'], own: NodeJS.ProcessEnv): Record<string, string> {
  return {
    TF_ENABLE_ONEDNN_OPTS: precision.oneDnn ? '1' : '0',
    ...(precision.intraOpThreads > 0 && { TF_NUM_INTRAOP_THREADS: String(precision.intraOpThreads) }),
    ...(precision.interOpThreads > 0 && { TF_NUM_INTEROP_THREADS: String(precision.interOpThreads) }),
    // Its warnings and notes are for TensorFlow's developers; who wants them sets it.
    TF_CPP_MIN_LOG_LEVEL: own.TF_CPP_MIN_LOG_LEVEL ?? '2',
  }
}
