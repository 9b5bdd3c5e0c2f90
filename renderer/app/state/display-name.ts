import type { ShownDataset } from '../../../shared/contract/workbench.ts'

/** What a class is called on screen: its folder's name unless it was given another. */
export function displayName(dataset: Pick<ShownDataset, 'classNames'> | undefined, className: string): string {
  const names = dataset?.classNames
  return names && Object.hasOwn(names, className) ? names[className]! : className
}
