import { html } from 'ghtml'
import { formatNumber, formatPercent } from '../../shared/format-number.ts'
import type { Html } from './shell.ts'

/** Lengths in the units of the drawing. */
const AREA = { left: 46, top: 8, width: 340, height: 240 }
const TICKS = 4

export interface Line {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  readonly title: string
  /** Dots in place of a line. */
  readonly isDots?: boolean
}

interface Plot {
  readonly title: string
  readonly xTitle: string
  readonly yTitle: string
  readonly lines: readonly Line[]
  /** The largest values that have room; 1 is a share, told in percent. */
  readonly xMost: number
  readonly yMost: number
  readonly diagonal?: boolean
}

const colours = ['#1c5ea8', '#a8501c', '#2d7a3f', '#7a2d74']

/** Lines and dots over two axes from 0. */
export function plot({ title, xTitle, yTitle, lines, xMost, yMost, diagonal }: Plot): Html {
  const x = (value: number) => AREA.left + (value / xMost) * AREA.width
  const y = (value: number) => AREA.top + (1 - value / yMost) * AREA.height
  const drawn = lines.map((line, i) => draw(line, colours[i % colours.length]!, x, y))
  const marked = lines.length > 1 ? lines.map((line, i) => legend(line.title, colours[i % colours.length]!, i)) : []
  return html`<figure>
    <svg viewBox="0 0 400 ${292 + 16 * marked.length}" role="img" aria-label="${title}">
      !${axis(xMost)
        .map((tick) => html`<text x="${x(tick)}" y="264" text-anchor="middle">${label(tick, xMost)}</text>`)
        .join('')}
      !${axis(yMost)
        .map(
          (tick) =>
            html`<line x1="46" x2="386" y1="${y(tick)}" y2="${y(tick)}" stroke="#dde2e9" /><text
                x="40"
                y="${y(tick) + 4}"
                text-anchor="end"
                >${label(tick, yMost)}</text
              >`,
        )
        .join('')}
      !${diagonal ? html`<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="#515c6b" stroke-dasharray="4 4" />` : ''}
      !${drawn.join('')}
      <text x="216" y="284" text-anchor="middle">${xTitle}</text>
      <text transform="rotate(-90 10 128)" x="10" y="128" text-anchor="middle">${yTitle}</text>
      !${marked.join('')}
    </svg>
    <figcaption>${title}</figcaption>
  </figure>`
}

const axis = (most: number) => Array.from({ length: TICKS + 1 }, (_, i) => (i / TICKS) * most)
const label = (value: number, most: number) => (most === 1 ? formatPercent(value) : formatNumber(value, 3))

const legend = (title: string, colour: string, i: number): Html =>
  html`<rect x="46" y="${294 + 16 * i}" width="10" height="10" fill="${colour}" /><text x="62" y="${303 + 16 * i}"
      >${title}</text
    >`

type Scale = (value: number) => number

/** Points that are no number are left out. */
function draw({ x, y, isDots }: Line, colour: string, atX: Scale, atY: Scale): Html {
  const points = Array.from({ length: x.length }, (_, i) => [atX(x[i]!), atY(y[i]!)] as const)
    .filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b))
    .map(([a, b]) => [a.toFixed(1), b.toFixed(1)] as const)
  if (isDots || points.length === 1)
    return points.map(([a, b]) => html`<circle cx="${a}" cy="${b}" r="4" fill="${colour}" />`).join('')
  return html`<polyline
    points="${points.map((point) => point.join(',')).join(' ')}"
    fill="none"
    stroke="${colour}"
    stroke-width="2"
  />`
}
