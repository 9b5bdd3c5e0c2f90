import { nodeBundle } from './node-bundle.ts'

export default nodeBundle('engine/trainer.ts', 'trainer.mjs')
