import { html } from 'ghtml'
import type { PicturedSample } from '../../shared/contract/evaluation-report.ts'
import { formatPercent } from '../../shared/format-number.ts'
import type { Html } from './shell.ts'

type NameOf = (label: number) => string

/** What the network took a sample for, and how sure it was. */
export function guessText({ guesses: [first] }: PicturedSample, nameOf: NameOf): string {
  return first ? `${nameOf(first.label)} ${formatPercent(first.probability)}` : 'no guess'
}

/** Samples as pictures with a line of text each. */
export function pictures(
  samples: readonly PicturedSample[],
  textOf: (sample: PicturedSample, i: number) => string,
): Html {
  if (samples.length === 0) return ''
  const items = samples.map((sample, i) => {
    const { path, record, picture } = sample
    const file = record === undefined ? path : `${path} at ${record}`
    const shown =
      picture.length > 0
        ? html`<img src="data:image/jpeg;base64,${Buffer.from(picture).toString('base64')}" alt="" title="${file}" />`
        : html`<div class="gone" title="${file}">no picture</div>`
    return html`<li>!${shown}${textOf(sample, i)}</li>`
  })
  return html`<ul class="pictures">
    !${items.join('\n')}
  </ul>`
}
