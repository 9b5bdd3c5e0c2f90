const wholeFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** `12,345` */
export const formatCount = (count: number): string => wholeFormat.format(count)

/** A share from 0 to 1 as `41%`. */
export const formatPercent = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)}%`

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
