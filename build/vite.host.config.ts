import { nodeBundle } from './node-bundle.ts'

export default nodeBundle('electron/host/host.ts', 'host.mjs')
