import { existsSync } from 'node:fs'
import { buildNames, type BuildDescription, type BuildName } from '../../shared/contract/builds.ts'
import { TensorFlowLibraryError, UsageError } from '../../shared/errors.ts'
import { buildOf, cachedBuild, version } from '../../storage/builds/builds.ts'
import { placesOf } from '../../storage/builds/library.ts'
import { readJson } from '../../storage/files.ts'
import { removeFolder } from '../../storage/remove-folder.ts'
import { addressesFile, addressesSchema } from './addresses.ts'
import { fetchBuild, type FetchBuildOptions } from './fetch-build.ts'
import { sizesOf } from './offer.ts'
import { pipSource } from './pip-source.ts'
import { withPins } from './pins.ts'
import { addressSource, mirrorSource, type WheelSource } from './wheel-source.ts'

export interface FetchOptions extends Pick<FetchBuildOptions, 'repair' | 'say' | 'onProgress' | 'signal'> {
  /** A folder or a server that has the wheels. */
  readonly mirror?: string | undefined
  /** A file with NVIDIA's packages in other versions. */
  readonly pins?: string | undefined
}

/** TensorFlow's builds on this machine. */
export class Builds {
  constructor(private readonly env: NodeJS.ProcessEnv = process.env) {}

  /** Those that this platform has. */
  list(): BuildDescription[] {
    return buildNames.flatMap((name) => {
      const build = buildOf(name)
      const places = placesOf(name, this.env)
      const place = places.find(({ state }) => state === 'usable') ?? places[0]
      if (!build || !place) return []
      const { state, detail, folder } = place
      const source = place.source === 'package' ? 'package' : 'cache'
      return [{ name, version, state, detail, folder, source, ...sizesOf(build) } as const]
    })
  }

  /** Has a build in the cache. Throws `TensorFlowLibraryError`, `StorageError` or `UsageError`. */
  fetch(name: BuildName, { mirror, pins, ...options }: FetchOptions): Promise<void> {
    const source = mirror === undefined ? this.#ownSource() : mirrorSource(mirror)
    const packages = pins === undefined ? undefined : withPins(buildOf(name)?.packages ?? [], pins)
    return fetchBuild(name, { ...options, env: this.env, source, packages })
  }

  /** Deletes a build from the cache. Throws `UsageError` where there is none. */
  async remove(name: BuildName): Promise<void> {
    const folder = cachedBuild(this.env, name)
    if (!existsSync(folder)) throw new UsageError(`There is no ${name} build in the cache of this person.`)
    await removeFolder(folder)
  }

  /** A package has no pip to ask, but addresses. */
  #ownSource(): WheelSource {
    const { ANNEAL_RESOURCES: resources } = this.env
    if (!resources) return pipSource()
    const file = addressesFile(resources)
    const read = addressesSchema.safeParse(existsSync(file) ? readJson(file) : {})
    if (!read.success)
      throw new TensorFlowLibraryError(`${file} cannot be used; install Anneal again, or name a mirror.`)
    return addressSource((wheel) => (Object.hasOwn(read.data, wheel.file) ? read.data[wheel.file] : undefined))
  }
}
