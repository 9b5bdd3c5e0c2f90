import { nodeBundle } from './node-bundle.ts'

export default nodeBundle('electron/main.ts', 'main.mjs')
