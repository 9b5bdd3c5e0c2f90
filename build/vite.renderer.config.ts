import vue from '@vitejs/plugin-vue'
import { join } from 'node:path'
import type { InlineConfig } from 'vite'
import { root } from './node-bundle.ts'
import { notePackages } from './note-packages.ts'

/** The page, the same for the window and for browsers. */
const config: InlineConfig = {
  configFile: false,
  root: join(root, 'renderer'),
  // Addresses that begin where the page lies: below a path of a proxy they are the same.
  base: './',
  logLevel: 'warn',
  publicDir: false,
  plugins: [vue(), notePackages(join(root, 'dist'), 'renderer')],
  build: {
    outDir: join(root, 'dist/renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    // Files of their own: the page's policy is simpler that way, and they are cached.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // ECharts is large, and is read from the disk.
    chunkSizeWarningLimit: 2000,
  },
}

export default config
