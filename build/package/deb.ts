import { chmodSync, copyFileSync, linkSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { resourceNames } from '../../electron/resource-names.ts'
import { bytesIn } from '../../storage/bytes-in.ts'
import { root } from '../node-bundle.ts'
import { runProgram } from '../spawn.mjs'
import { drawIcon, iconFile, iconSizes } from './icons.ts'

/** What a package tells of itself. */
export interface About {
  readonly version: string
  readonly description: string
}

/** What Electron and TensorFlow are linked to, and what opens links; names of Debian and of Ubuntu from 24.04 on. */
const depends = [
  ...['libasound2 | libasound2t64', 'libatspi2.0-0 | libatspi2.0-0t64', 'libc6 (>= 2.27)', 'libgbm1'],
  ...['libgtk-3-0 | libgtk-3-0t64', 'libnotify4', 'libnss3', 'libstdc++6', 'libx11-xcb1', 'libxss1'],
  ...['libxtst6', 'xdg-utils'],
]

/** What Debian calls this machine's processor. */
export const architecture = process.arch === 'x64' ? 'amd64' : process.arch

/** @param kilobytes that it takes when it is installed */
export const controlFile = ({ version, description }: About, kilobytes: number): string => `Package: anneal
Version: ${version}
Architecture: ${architecture}
Maintainer: The Anneal authors <anneal@anneal.invalid>
Installed-Size: ${kilobytes}
Depends: ${depends.join(', ')}
Section: science
Priority: optional
Description: ${description}
 Datasets with their samples as the network sees them, recipes, runs with
 their curves, checkpoints, evaluation and export, in a window or on the
 command line. TensorFlow's library for the processor comes with it.
`

/** Where the app lies; the command and what desktops read are outside. */
const appFolder = 'usr/lib/anneal'

/**
 * Makes a `.deb` by Debian's own tool. No script runs when it is installed or removed: desktops are told by the triggers
 * of what they read.
 * @param app the packaged folder
 * @param work a folder on the same disk, which is removed afterwards
 * @param compression as dpkg-deb takes it; a higher level of xz takes several times as long and saves a tenth
 */
export async function makeDeb(
  app: string,
  file: string,
  work: string,
  about: About,
  compression: readonly string[] = ['-Zxz', '-z2'],
): Promise<void> {
  rmSync(work, { recursive: true, force: true })
  try {
    linkTree(app, join(work, appFolder))
    allowSandbox(app, join(work, appFolder))
    write(work, join(appFolder, 'resources', resourceNames.kind), 'deb\n')
    await layOutDesktop(work)
    layOutDocs(work)
    write(work, 'DEBIAN/control', controlFile(about, Math.ceil(bytesIn(work) / 1024)))
    const status = await runProgram('dpkg-deb', ['--root-owner-group', ...compression, '--build', work, file], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (status !== 0) throw new Error(`dpkg-deb ended with status ${status}.`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** A copy whose files are those of the other: it takes no room. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) linkTree(source, target)
    else linkSync(source, target)
  }
}

/** Chromium's helper belongs to root here, so the window opens where user namespaces are forbidden too. */
function allowSandbox(app: string, target: string): void {
  const helper = join(target, 'chrome-sandbox')
  rmSync(helper)
  copyFileSync(join(app, 'chrome-sandbox'), helper)
  chmodSync(helper, 0o4755)
}

async function layOutDesktop(work: string): Promise<void> {
  mkdirSync(join(work, 'usr/bin'), { recursive: true })
  symlinkSync('../lib/anneal/anneal', join(work, 'usr/bin/anneal'))
  const desktop = join(root, 'build/package/desktop')
  copy(join(desktop, 'anneal.desktop'), join(work, 'usr/share/applications/anneal.desktop'))
  copy(join(desktop, 'anneal.xml'), join(work, 'usr/share/mime/packages/anneal.xml'))
  const icons = join(work, 'usr/share/icons/hicolor')
  copy(iconFile, join(icons, 'scalable/apps/anneal.svg'))
  for (const size of iconSizes) {
    const file = join(icons, `${size}x${size}/apps/anneal.png`)
    mkdirSync(dirname(file), { recursive: true })
    await drawIcon(size, file)
  }
}

/** Debian wants the licences here. */
function layOutDocs(work: string): void {
  const docs = join(work, 'usr/share/doc/anneal')
  copy(join(root, 'LICENSE'), join(docs, 'copyright'))
  symlinkSync(`../../../lib/anneal/resources/${resourceNames.licences}`, join(docs, resourceNames.licences))
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
  chmodSync(to, 0o644)
}

function write(folder: string, name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), content)
}
