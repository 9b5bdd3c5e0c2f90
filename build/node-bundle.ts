import { join } from 'node:path'
import type { InlineConfig } from 'vite'
import { notePackages } from './note-packages.ts'

export const root = join(import.meta.dirname, '..')

/** What is loaded from node_modules as it is: it brings native code, or finds its own files beside itself. */
const outside = [
  /^electron($|\/)/,
  /^koffi($|\/)/,
  /^@koromix\//,
  /^@tensorflow\//,
  /^@parcel\/watcher/,
  /^tsx($|\/)/,
  /^sharp($|\/)/,
]

/**
 * Bundles one entry for a Node of Electron's into one file directly in `dist`: so `import.meta.dirname` of the
 * sources, one folder deep too, leads to the same places.
 */
export function nodeBundle(entry: string, output: string, format: 'es' | 'cjs' = 'es'): InlineConfig {
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    plugins: [notePackages(join(root, 'dist'), output.split('.')[0]!)],
    // What a bundled CommonJS package expects of Node, which modules have under another name.
    ...(format === 'es' && { define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' } }),
    ssr: { noExternal: true, external: [], target: 'node' },
    build: {
      ssr: join(root, entry),
      outDir: join(root, 'dist'),
      emptyOutDir: false,
      // The older of the Electrons that it must run on.
      target: 'node20.18',
      minify: false,
      sourcemap: true,
      rolldownOptions: { external: outside, output: { format, entryFileNames: output, codeSplitting: false } },
    },
  }
}
