/** Files that a package has beside its archive. */
export const resourceNames = {
  /** What is in it and not Anneal's own, with the licences. */
  licences: 'THIRD-PARTY-LICENSES.txt',
  icon: 'icon.png',
  /** Which package it is, where one can replace another by itself. */
  kind: 'package-type',
} as const
