import type { TrainerProgress } from '../../shared/contract/trainer.ts'

/** Tells the host how far a job is. */
export type Report = (progress: TrainerProgress) => void
