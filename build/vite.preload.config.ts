import { nodeBundle } from './node-bundle.ts'

/** A sandboxed preload script must be one CommonJS file. */
export default nodeBundle('electron/preload/preload.ts', 'preload.cjs', 'cjs')
