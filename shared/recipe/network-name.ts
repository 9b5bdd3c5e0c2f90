import type { Recipe } from './schema.ts'

/** What the network of a recipe is called: its architecture, or its file; of a `model.json`, the folder. */
export function networkName({ architecture, file }: Pick<Recipe['model'], 'architecture' | 'file'>): string {
  if (file === '') return architecture
  const [folder, name] = ['', ...file.split(/[\\/]/)].slice(-2) as [string, string]
  const own = name.replace(/\.json$/, '')
  return own === 'model' && folder !== '' && folder !== '.' && folder !== '..' ? folder : own
}
