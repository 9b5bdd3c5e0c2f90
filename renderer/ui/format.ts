const wholeFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** `12,345` */
export const formatCount = (count: number): string => wholeFormat.format(count)

/** A share from 0 to 1 as `41%`. */
export const formatPercent = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)}%`

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** In the binary units that memory and disks are counted in: `98.3 MiB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${byteUnits[power]}`
}

/** A number as one writes it by hand, to some significant digits: `0.256`, `3.05e-5`. */
export function formatNumber(value: number, digits = 4): string {
  if (value === 0 || !Number.isFinite(value)) return String(value)
  const small = Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6
  return small ? trimZeros(value.toExponential(digits - 1)) : String(Number(value.toPrecision(digits)))
}

const trimZeros = (text: string) => text.replace(/\.?0+e/, 'e')

/** `1 image`, `2 images` */
export const formatAmount = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`
