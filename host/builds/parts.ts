import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  laidOutFile,
  partSchema,
  readLaidOut,
  wrongContent,
  wrongFile,
  type LaidOut,
  type Part,
  type PartFile,
} from '../../storage/builds/laid-out.ts'
import { makeFolder, readJson, storing, writeJson } from '../../storage/files.ts'
import { takePlace } from '../../storage/write-folder.ts'
import type { VersionedWheel } from './wheel-source.ts'

/**
 * A build under way, in a folder beside its own name: wheels as they come, and the tree as it grows. It stays where
 * fetching is interrupted, so that nothing is fetched or unpacked twice. For one process at a time.
 */
export class Parts {
  readonly tree: string
  readonly downloads: string
  readonly #root: string
  readonly #records: string

  /** @param target the folder that the build will be called by */
  constructor(private readonly target: string) {
    this.#root = `${target}.parts`
    this.tree = join(this.#root, 'tree')
    this.downloads = join(this.#root, 'downloads')
    this.#records = join(this.#root, 'records')
  }

  /** Makes its folders, and clears away what a downloader that was killed has left. Throws `StorageError`. */
  open(): void {
    for (const folder of [this.tree, this.downloads, this.#records]) makeFolder(folder)
    for (const name of readdirSync(this.downloads))
      if (!/\.whl(\.part)?$/.test(name)) rmSync(join(this.downloads, name), { recursive: true, force: true })
  }

  /** What a wheel gave that has been unpacked, if all of it is there. */
  done(wheel: VersionedWheel): Part | undefined {
    const read = partSchema.safeParse(readRecord(this.#recordOf(wheel)))
    return read.success && wrongFile(this.tree, read.data.files) === undefined ? read.data : undefined
  }

  /** Bytes that are there of a wheel that is under way. */
  come({ file }: VersionedWheel): number {
    const present = [file, `${file}.part`].map((name) => join(this.downloads, name)).filter(existsSync)
    return Math.max(0, ...present.map((path) => statSync(path).size))
  }

  /** Remembers a wheel that has been unpacked. */
  record({ name, version, file }: VersionedWheel, files: PartFile[]): Part {
    const part: Part = { name, version, file, files }
    writeJson(this.#recordOf({ file }), part)
    return part
  }

  /** Takes over what is whole of the build as it lies there: its files get a second name. */
  async keep(wheels: readonly VersionedWheel[]): Promise<void> {
    const parts = readLaidOut(this.target)?.parts ?? []
    for (const wheel of wheels) {
      const part = parts.find(({ file }) => file === wheel.file)
      if (!part || this.done(wheel)) continue
      const { files } = part
      if (wrongFile(this.target, files) ?? (await wrongContent(this.target, files))) continue
      for (const { path } of files) linkAnew(join(this.target, path), join(this.tree, path))
      this.record(wheel, files)
    }
  }

  /** Gives the finished tree its name, in the place of what was there. */
  finish(parts: Part[]): void {
    writeJson(join(this.tree, laidOutFile), { parts } satisfies LaidOut)
    storing(this.target, () => takePlace(this.tree, this.target, true))
    this.#delete()
  }

  /** Deletes it where nothing has come yet. */
  dropIfEmpty(): void {
    if (!existsSync(this.#root)) return
    const hasAny = [this.downloads, this.#records].some(
      (folder) => existsSync(folder) && readdirSync(folder).length > 0,
    )
    if (!hasAny) this.#delete()
  }

  #delete(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }

  #recordOf = ({ file }: Pick<VersionedWheel, 'file'>) => join(this.#records, `${file}.json`)
}

/** One that cannot be read is as good as none: the wheel is fetched anew. */
function readRecord(file: string): unknown {
  try {
    return readJson(file)
  } catch {
    return undefined
  }
}

function linkAnew(from: string, to: string): void {
  storing(to, () => {
    mkdirSync(dirname(to), { recursive: true })
    rmSync(to, { force: true })
    linkSync(from, to)
  })
}
