import { FusesPlugin } from '@electron-forge/plugin-fuses'
import type { ForgeConfig } from '@electron-forge/shared-types'
import { FuseV1Options, FuseVersion } from '@electron/fuses'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyModules, foldersOf } from './build/packed-modules.ts'

const root = import.meta.dirname

/** What is not bundled: it brings native code or finds its own files, so it lies outside of the archive, as it is. */
const unbundled = ['koffi', '@tensorflow/tfjs', '@tensorflow/tfjs-node-gpu']

/** What is switched off in the program itself, where nothing that is started later can switch it on. */
export const fuses = {
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
}

/** The same bundles that `npm start` and the tests run go into the package. */
const config: ForgeConfig = {
  packagerConfig: {
    name: 'Anneal',
    executableName: 'anneal',
    appBundleId: 'anneal.workbench',
    asar: true,
    prune: false,
    derefSymlinks: false,
    // The packager's files begin with a slash; the bundles are the whole program.
    ignore: (file) => file !== '' && file !== '/package.json' && !/^\/dist($|\/(?!.*\.(map|stamp)$))/.test(file),
    extraResource: [join(root, 'datasets')],
    // A folder with Electron's zip file, where its own host cannot be reached.
    ...(process.env.ELECTRON_ZIP_DIR && { electronZipDir: process.env.ELECTRON_ZIP_DIR }),
  },
  hooks: {
    generateAssets() {
      const { status } = spawnSync(process.execPath, [join(root, 'build/app.mjs')], { stdio: 'inherit' })
      return status === 0 ? Promise.resolve() : Promise.reject(new Error('The bundles could not be built.'))
    },
    packageAfterCopy(_config, buildPath) {
      // Beside the archive: Node's own search for packages finds them there.
      const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Parameters<typeof foldersOf>[1]
      copyModules(foldersOf(unbundled, lock), root, join(buildPath, '..'))
      return Promise.resolve()
    },
  },
  plugins: [new FusesPlugin({ version: FuseVersion.V1, ...fuses })],
}

export default config
