import { FusesPlugin } from '@electron-forge/plugin-fuses'
import type { ForgeConfig } from '@electron-forge/shared-types'
import { FuseV1Options, FuseVersion } from '@electron/fuses'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { namedZip } from './build/package/electron-zip.ts'
import { packResources } from './build/package/resources.ts'

const root = import.meta.dirname

/**
 * What is switched off in the program itself, where nothing that is started later can switch it on. It runs as Node for
 * the command line, which the same program carries.
 */
export const fuses = {
  [FuseV1Options.RunAsNode]: true,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
}

const zip = namedZip(process.env)

/** Files of the archive, which the packager names with a slash before them: the bundles, and what starts the command line's. */
const isArchived = (file: string) =>
  /^(|\/package\.json|\/cli|\/cli\/anneal\.mjs|\/dist|\/dist\/(?!.*\.(map|stamp)$).*)$/.test(file)

/** The same bundles that `npm start` and the tests run go into the package. */
const config: ForgeConfig = {
  packagerConfig: {
    name: 'Anneal',
    // Beside it lies `anneal`, which starts it for what is asked: the window or the command line.
    executableName: 'anneal-app',
    appBundleId: 'anneal.workbench',
    asar: true,
    prune: false,
    derefSymlinks: false,
    ignore: (file) => !isArchived(file),
    ...(zip && { electronZipDir: zip.folder }),
  },
  hooks: {
    /** What the package tells of itself; and which Electron it has, since that is looked up here. */
    readPackageJson(_config, { devDependencies, ...rest }: Record<string, unknown>) {
      const electron = zip?.version ?? (devDependencies as Record<string, string>).electron
      const told = ['name', 'productName', 'version', 'description', 'license', 'type', 'main']
      return Promise.resolve({
        ...Object.fromEntries(told.map((key) => [key, rest[key]])),
        devDependencies: { electron },
      })
    },
    generateAssets() {
      const { status } = spawnSync(process.execPath, [join(root, 'build/app.mjs')], { stdio: 'inherit' })
      return status === 0 ? Promise.resolve() : Promise.reject(new Error('The bundles could not be built.'))
    },
    packageAfterExtract(_config, buildPath) {
      // Chromium's own texts: Anneal speaks English alone. On macOS they lie elsewhere, and stay.
      const locales = join(buildPath, 'locales')
      for (const name of existsSync(locales) ? readdirSync(locales) : [])
        if (name !== 'en-US.pak') rmSync(join(locales, name))
      return Promise.resolve()
    },
    packageAfterCopy: (_config, buildPath, electron) => packResources(dirname(buildPath), electron, process.env),
    postPackage(_config, { outputPaths }) {
      // The packager lays it out where only its maker may read.
      for (const folder of outputPaths) chmodSync(folder, 0o755)
      return Promise.resolve()
    },
  },
  plugins: [new FusesPlugin({ version: FuseVersion.V1, ...fuses })],
}

export default config
