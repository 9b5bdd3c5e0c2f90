import type { PreviewedMix, PreviewedSample } from '../shared/contract/preview.ts'
import type { DatasetPreview } from '../host/workbench.ts'

/** Pixels. */
const GAP = 12
const CAPTION = 30
const LEAST_TILE = 96
const WIDTH = 1800

/** The lines under a sample. @param mixes whether batches are mixed: a sample without a partner is in none then */
export function captionOf(
  { index, label, mixed }: PreviewedSample,
  classes: readonly string[],
  mixes = mixed !== undefined,
): readonly [string, string] {
  const own = `${classes[label]} (${index})`
  return [own, mixed ? describeMix(mixed, classes[label]!, classes) : mixes ? 'left out of this epoch' : '']
}

/** Those of all samples. */
export function captionsOf({ samples, classes }: DatasetPreview): (readonly [string, string])[] {
  const mixes = samples.some(({ mixed }) => mixed)
  return samples.map((sample) => captionOf(sample, classes, mixes))
}

function describeMix(
  { share, partner, partnerLabel, pasted }: PreviewedMix,
  own: string,
  classes: readonly string[],
): string {
  const percent = (part: number) => `${(100 * part).toFixed(0)} %`
  return `${pasted ? 'CutMix' : 'mixup'}: ${percent(share)} ${own}, ${percent(1 - share)} ${classes[partnerLabel]} (${partner})`
}

/**
 * A PNG of samples, each as evaluation sees it, as training sees it and, where batches are mixed, with its partner
 * mixed in; below it its class and index, and the shares of the labels.
 */
export async function previewSheet(preview: DatasetPreview): Promise<Uint8Array> {
  const { samples } = preview
  const captions = captionsOf(preview)
  const tile = Math.max(LEAST_TILE, ...samples.map(({ height }) => height))
  const pictures = samples.some(({ mixed }) => mixed) ? 3 : 2
  const cell = { width: pictures * tile + GAP, height: tile + CAPTION + GAP }
  const perRow = Math.max(1, Math.min(samples.length, Math.floor((WIDTH - GAP) / cell.width)))
  const overlays = await Promise.all(
    samples.map(async (sample, i) => {
      const [left, top] = [GAP + cell.width * (i % perRow), GAP + cell.height * Math.floor(i / perRow)]
      const images = [sample.original, sample.augmented, sample.mixed?.pixels]
      const tiles = images.map(
        async (pixels, column) =>
          pixels && { input: await drawTile(pixels, sample.channels, tile), left: left + column * tile, top },
      )
      return [...(await Promise.all(tiles)), { input: caption(captions[i]!, pictures * tile), left, top: top + tile }]
    }),
  )
  const background = { r: 255, g: 255, b: 255 }
  const canvas = {
    width: GAP + perRow * cell.width,
    height: GAP + Math.ceil(samples.length / perRow) * cell.height,
    channels: 3 as const,
    background,
  }
  const { default: sharp } = await import('sharp')
  return sharp({ create: canvas })
    .composite(overlays.flat().filter((overlay) => overlay !== undefined))
    .removeAlpha()
    .png()
    .toBuffer()
}

/** Square pixels, scaled up by repeating them. */
async function drawTile(pixels: Uint8Array, channels: number, tile: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const size = Math.sqrt(pixels.length / channels)
  return sharp(pixels, { raw: { width: size, height: size, channels: channels as 1 | 3 } })
    .resize(tile, tile, { kernel: 'nearest' })
    .toColourspace('srgb')
    .png()
    .toBuffer()
}

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/\p{Cc}/gu, ' ')

function caption(lines: readonly string[], width: number): Buffer {
  const texts = lines.map(
    (line, i) =>
      `<text x="0" y="${12 + 14 * i}" font-family="sans-serif" font-size="11" fill="${i === 0 ? '#111' : '#555'}">${escaped(line)}</text>`,
  )
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${CAPTION}">${texts.join('')}</svg>`,
  )
}
