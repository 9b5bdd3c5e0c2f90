import { nodeBundle } from './node-bundle.ts'

export default nodeBundle('cli/main.ts', 'cli.mjs')
