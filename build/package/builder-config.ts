import type { Configuration } from 'electron-builder'

/**
 * What electron-builder is told of the packages that it makes from Forge's folder. It makes those of macOS
 * too, on its own system, where nobody has run them yet.
 * @param icons a folder with the icon in all sizes
 */
export const builderConfig = (icons: string, output: string): Configuration => ({
  appId: 'anneal.workbench',
  productName: 'Anneal',
  artifactName: 'anneal-${version}-${os}-${arch}.${ext}',
  directories: { output },
  // Nothing is published from here.
  publish: null,
  fileAssociations: [
    { ext: 'anneal', name: 'Anneal recipe', mimeType: 'application/vnd.anneal.recipe+json', role: 'Editor' },
  ],
  linux: { executableName: 'anneal', icon: icons, category: 'Science', synopsis: 'Train image classifiers' },
  mac: { category: 'public.app-category.developer-tools', target: ['dmg', 'zip'] },
})
