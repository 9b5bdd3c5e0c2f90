import { join } from 'node:path'
import type { BuildName } from '../../shared/contract/builds.ts'
import { userCache } from '../user-cache.ts'
import pins from './builds.json' with { type: 'json' }

/** A wheel of Python's package index, which holds the libraries that TensorFlow's users of C are pointed to. */
export interface Wheel {
  /** Of the package. */
  readonly name: string
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/** A file that a wheel holds. */
export interface PinnedFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** One of NVIDIA's packages that the CUDA build opens at run time. */
export interface NvidiaPackage extends Wheel {
  readonly version: string
  /** Of the files that are unpacked. */
  readonly unpackedBytes: number
  /** The versions that TensorFlow's wheel asks for. */
  readonly atLeast: string
  readonly below: string
}

/** A build of TensorFlow, pinned file by file. */
export interface Build {
  readonly name: BuildName
  readonly wheel: Wheel
  /** TensorFlow's framework library first: the other one needs it. */
  readonly libraries: readonly PinnedFile[]
  /** Of a CUDA build. */
  readonly packages: readonly NvidiaPackage[]
}

/** The version of every build. */
export const version = pins.version

/** The Python that the wheels are for, which nobody needs to have. */
export const pythonVersion = '3.11'

/** As the pins name it, e.g. `linux-x64`. */
export const thisPlatform = `${process.platform}-${process.arch}`

type Pinned = Omit<Build, 'name' | 'packages'> & { readonly packages?: readonly NvidiaPackage[] }

/** What is pinned for a platform; nothing where TensorFlow has no such build. */
export function buildOf(name: BuildName, platform: string = thisPlatform): Build | undefined {
  const known: Readonly<Record<string, Pinned>> = pins.builds[name]
  const pinned = Object.hasOwn(known, platform) ? known[platform] : undefined
  return pinned && { name, packages: [], ...pinned }
}

/** What TensorFlow's two libraries are called, the framework's first. */
export const libraryNames = (platform: NodeJS.Platform = process.platform): readonly [string, string] =>
  platform === 'darwin'
    ? ['libtensorflow_framework.2.dylib', 'libtensorflow_cc.2.dylib']
    : ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2']

/** The folder of a build within the cache of this person, or within a package. */
export const folderName = (name: BuildName): string => `${version}-${name}`

/** Where set-up, or the app itself, puts a build. */
export const cachedBuild = (env: NodeJS.ProcessEnv, name: BuildName): string =>
  join(userCache(env), 'tensorflow', folderName(name))

/**
 * Where the two libraries lie in the folder of a build. Those of the CUDA build look for NVIDIA's in `../nvidia`, beside
 * their own folder.
 */
export const librariesIn = (folder: string, name: BuildName): string =>
  name === 'cuda' ? join(folder, 'tensorflow') : folder
