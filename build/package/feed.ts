import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { feedFile, feedSchema, packageKinds, type FeedPackage, type PackageKind } from '../../electron/updates/feed.ts'
import { writeJson } from '../../storage/files.ts'
import { fileSha256 } from '../../storage/hash.ts'

/** A package that was made. */
export interface Made {
  readonly kind: string
  readonly file: string
}

/** Writes the feed of the packages beside them and returns its file; none where there is no package that a feed can name. */
export async function writeFeed(folder: string, version: string, made: readonly Made[]): Promise<string | undefined> {
  const packages: FeedPackage[] = []
  for (const { kind, file } of made)
    if (isNamed(kind))
      packages.push({ kind, file: basename(file), bytes: statSync(file).size, sha256: await fileSha256(file) })
  if (packages.length === 0) return undefined
  const feed = join(folder, feedFile(process.platform, process.arch))
  writeJson(feed, feedSchema.parse({ version, packages }))
  return feed
}

const isNamed = (kind: string): kind is PackageKind => (packageKinds as readonly string[]).includes(kind)
