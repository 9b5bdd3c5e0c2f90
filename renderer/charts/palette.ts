/**
 * Colours of runs, in the order in which they are given away. Each stands out by 3:1 or more from the light and
 * from the dark background. Each next one is as far from all before it as can be, to eyes with full colour vision
 * as well as to those without the red or the green cones (in OKLab, after Machado et al. 2009).
 */
export const palette: readonly string[] = [
  '#217fd8',
  '#ea6a09',
  '#bb3679',
  '#9d580c',
  '#c57b99',
  '#25a351',
  '#8f61aa',
  '#019fc3',
  '#708df7',
  '#0c7a48',
  '#555ec6',
  '#549274',
  '#447387',
  '#ee5c77',
  '#ad524e',
  '#719901',
  '#d06bba',
  '#9b739f',
  '#d07d50',
  '#237568',
  '#7b75f1',
  '#a75cd0',
  '#39a678',
  '#5375be',
  '#9e752f',
  '#a37fde',
  '#4b7421',
  '#2ea29f',
  '#847f55',
  '#338eb2',
  '#b34a91',
  '#b94e6b',
  '#6b63dc',
  '#1e749d',
  '#c5353a',
  '#b0758c',
  '#3795df',
  '#9a6f80',
  '#5c7b5b',
  '#695ead',
  '#c43b10',
  '#59a53b',
  '#8c5979',
  '#929267',
  '#7193b2',
  '#8e7aca',
  '#8e603a',
  '#c18188',
  '#1f6db9',
  '#a37867',
]

/** The colour that fewest of the others have, the earliest of the palette first. */
export function nextColour(taken: Iterable<string>): string {
  const uses = new Map(palette.map((colour) => [colour, 0]))
  for (const colour of taken) if (uses.has(colour)) uses.set(colour, uses.get(colour)! + 1)
  const fewest = Math.min(...uses.values())
  return palette.find((colour) => uses.get(colour) === fewest)!
}

/** Contrast of two colours `#rrggbb`, 1 to 21, as WCAG 2 defines it. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((i) => linear(parseInt(hex.slice(i, i + 2), 16) / 255)) as [
    number,
    number,
    number,
  ]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const linear = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)
