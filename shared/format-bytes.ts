const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** In the binary units that memory and disks are counted in: `98.3 MiB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}

/** In the decimal unit that downloads and disks are sold in: `3.4 GB`. */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
