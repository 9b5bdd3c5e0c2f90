import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** Where a bundle's part says which packages went into it. */
const noteOf = (dist: string, part: string) => join(dist, `.${part}.packages.stamp`)

/** The folder of the package that a file belongs to, relative to the checkout; nothing for a file of ours. */
export const packageOf = (file: string): string | undefined =>
  /(?:^|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]

/** Notes beside a bundle the folders of the packages of which something is in it: their licences go with it. */
export const notePackages = (dist: string, part: string): Plugin => ({
  name: 'note-packages',
  generateBundle(_options, bundle) {
    const files = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []))
    const folders = new Set(files.map(packageOf).filter((folder) => folder !== undefined))
    mkdirSync(dist, { recursive: true })
    writeFileSync(noteOf(dist, part), JSON.stringify([...folders].sort()))
  },
})

/** What was noted of a part. Throws where it was not bundled. */
export const notedPackages = (dist: string, part: string): string[] =>
  JSON.parse(readFileSync(noteOf(dist, part), 'utf8')) as string[]
