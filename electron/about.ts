import { app, shell, type MenuItemConstructorOptions } from 'electron'
import { join } from 'node:path'
import { version as tensorFlow } from '../storage/builds/builds.ts'
import { resourceNames } from './resource-names.ts'

/** What the dialog about Anneal tells. */
export function tellAbout(): void {
  const { electron, chrome, node } = process.versions
  app.setAboutPanelOptions({
    applicationName: 'Anneal',
    applicationVersion: `${app.getVersion()}\nTensorFlow ${tensorFlow}, Electron ${electron}, Chromium ${chrome}, Node.js ${node}`,
    copyright: 'MIT licence. Help > Licences lists what it holds of others.',
    ...(app.isPackaged && { iconPath: packed('icon') }),
  })
}

/** The file of a package's resources. */
export const packed = (name: keyof typeof resourceNames): string => join(process.resourcesPath, resourceNames[name])

/** Only a package holds what is of others. */
export const licencesItem = (): MenuItemConstructorOptions[] =>
  app.isPackaged ? [{ label: 'Licences', click: () => void shell.openPath(packed('licences')) }] : []
