import { html } from 'ghtml'

/** HTML, escaped where it has to be: write it into a template with `!` before it. */
export type Html = string

const css = `
body{color:#1c2430;background:#fff;font:14px/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums;margin:0 auto;max-width:1120px;padding:24px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:32px 0 8px}h3{font-size:14px;margin:16px 0 4px}
p{margin:4px 0;overflow-wrap:anywhere}.soft,figcaption,dt{color:#515c6b}.note{color:#8a4b00}
dl.figures{display:flex;flex-wrap:wrap;gap:8px 28px;margin:12px 0}dl.figures dd{font-size:18px;font-weight:600;margin:0}
dl.figures small{font-size:12px;font-weight:400;display:block;color:#515c6b}
dl.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 16px;margin:0}dl.facts dd{margin:0;overflow-wrap:anywhere}
.scroll{max-height:520px;overflow:auto}table{border-collapse:collapse}
th,td{border-bottom:1px solid #dde2e9;padding:3px 10px 3px 0;text-align:left;vertical-align:top}
th{position:sticky;top:0;background:#fff}.number{text-align:right;white-space:nowrap}
.matrix th,.matrix td{border:1px solid #dde2e9;font-size:11px;padding:2px 5px;text-align:right}
.matrix thead th{vertical-align:bottom;writing-mode:vertical-rl;position:static}.matrix tbody th{position:static;white-space:nowrap}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:16px}figure{margin:0}
svg{width:100%;height:auto}svg text{fill:#515c6b;font-size:11px}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(112px,1fr));gap:10px;padding:0;list-style:none}
.pictures li{min-width:0;font-size:12px;overflow-wrap:anywhere}
.pictures img,.pictures .gone{width:100%;aspect-ratio:1;object-fit:contain;background:#eef1f5;image-rendering:auto}
.pictures .gone{display:grid;place-items:center;color:#515c6b}
pre{background:#f4f6f9;padding:12px;overflow:auto;max-height:420px}
@media print{.scroll,pre{max-height:none}}
`

/** A page that needs nothing beside it. */
export const shell = (title: string, subtitle: string, sections: readonly Html[]): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        />
        <title>${title}</title>
        <style>
          !${css}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p class="soft">${subtitle}</p>
          !${sections.join('\n')}
        </main>
      </body>
    </html> `

/** With nothing in it, there is no section. */
export const section = (title: string, ...content: readonly Html[]): Html =>
  content.every((part) => part === '')
    ? ''
    : html`<section>
        <h2>${title}</h2>
        !${content.join('\n')}
      </section>`

export const paragraph = (text: string, kind: 'soft' | 'note' | '' = ''): Html => html`<p class="${kind}">${text}</p>`

export interface Figure {
  readonly name: string
  readonly value: string
  readonly note?: string
}

/** The few that count, large. */
export const figures = (list: readonly Figure[]): Html =>
  html`<dl class="figures">
    !${list
      .map(
        ({ name, value, note }) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}!${note ? html`<small>${note}</small>` : ''}</dd>
          </div>`,
      )
      .join('')}
  </dl>`

export const facts = (list: readonly (readonly [name: string, value: string])[]): Html =>
  html`<dl class="facts">
    !${list
      .map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )
      .join('')}
  </dl>`

export interface Column {
  readonly title: string
  readonly isNumber?: boolean
}

export function table(title: string, columns: readonly Column[], rows: readonly (readonly string[])[]): Html {
  if (rows.length === 0) return ''
  const kind = (i: number) => (columns[i]!.isNumber ? 'number' : '')
  const head = columns.map(({ title: name }, i) => html`<th scope="col" class="${kind(i)}">${name}</th>`).join('')
  const body = rows
    .map(
      (cells) =>
        html`<tr>
          !${cells.map((cell, i) => html`<td class="${kind(i)}">${cell}</td>`).join('')}
        </tr>`,
    )
    .join('\n')
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${title}">
    <table>
      <thead>
        <tr>
          !${head}
        </tr>
      </thead>
      <tbody>
        !${body}
      </tbody>
    </table>
  </div>`
}

export const details = (title: string, text: string): Html =>
  html`<details>
    <summary>${title}</summary>
    <pre tabindex="0">${text}</pre>
  </details>`
