/** 0 to 1 as a percentage of one decimal. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`

/** Enough digits to see a loss move, in a width that stays. */
export const decimal = (value: number): string =>
  Math.abs(value) >= 1000 ? value.toExponential(2) : value.toFixed(value < 10 ? 4 : 2)

export const rate = (imagesPerSecond: number): string =>
  imagesPerSecond >= 100 ? imagesPerSecond.toFixed(0) : imagesPerSecond.toPrecision(3)

/** `45s`, `2m 10s`, `3h 05m`, `2d 04h` */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`
  return `${Math.floor(whole / 86_400)}d ${two(Math.floor((whole % 86_400) / 3600))}h`
}

const two = (value: number) => String(value).padStart(2, '0')

/** `1 image`, `2 images` */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** A file of a person's own under `~`. */
export function shortPath(path: string, home = process.env.HOME ?? ''): string {
  return home !== '' && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

/** `/job:localhost/replica:0/task:0/device:CPU:0` is `CPU:0` to people. */
export const deviceName = (name: string): string => name.slice(name.lastIndexOf('/') + 1).replace(/^device:/, '')
