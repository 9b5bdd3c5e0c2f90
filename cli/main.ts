import { freshBundle } from '../storage/bundle.ts'

export { run } from './program.ts'

/** Whether the bundle that this is in is of the sources as they are. */
export const isFresh = (): boolean => freshBundle('cli') !== undefined
