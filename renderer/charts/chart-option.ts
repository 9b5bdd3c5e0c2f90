import type { AxisKind } from './axis.ts'
import { margin } from './chart-layout.ts'
import type { Trace } from './curve.ts'
import type { ChartOption, CustomSeriesOption, LineSeriesOption } from './echarts.ts'
import { formatTime, formatX, formatValue } from './format.ts'
import { isShare } from './metric.ts'
import { logTicks, ticks } from './ticks.ts'
import type { DrawnAxis } from './window.ts'

/** More curves than this are hair lines: thicker ones would hide each other, and take four times as long to draw. */
const mostThick = 24

/** Colours of what is not a curve. */
export interface ChartInk {
  readonly text: string
  readonly rule: string
  readonly ground: string
}

export interface ChartLook {
  readonly traces: readonly Trace[]
  readonly metric: string
  readonly kind: AxisKind
  readonly axes: { readonly x: DrawnAxis; readonly y: DrawnAxis }
  readonly ink: ChartInk
  /** The curve that stands out, the others step back. */
  readonly highlighted?: string | undefined
}

export function chartOption(look: ChartLook): ChartOption & { series: (LineSeriesOption | CustomSeriesOption)[] } {
  return {
    animation: false,
    grid: { ...margin, containLabel: false },
    xAxis: xAxis(look),
    yAxis: yAxis(look),
    series: look.traces.flatMap((trace) => seriesOf(trace, look)),
  }
}

function xAxis({ kind, axes: { x }, ink }: ChartLook) {
  const values = ticks(kind, x, Math.max(2, Math.floor((x.end - x.start) / (kind === 'wall' ? 110 : 80))))
  return {
    ...axis(x, values, ink),
    type: 'value',
    axisLine: { show: true, lineStyle: { color: ink.rule } },
    axisLabel: label(values, ink, (value) => xLabel(kind, value, x)),
  }
}

function yAxis({ metric, axes: { y }, ink }: ChartLook) {
  const count = Math.max(2, Math.floor((y.start - y.end) / 40))
  const values = y.log ? logTicks(y, count) : ticks('value', y, count)
  return {
    ...axis(y, values, ink),
    type: y.log ? 'log' : 'value',
    axisLine: { show: false },
    axisLabel: label(values, ink, (value) => yLabel(metric, value)),
  }
}

function axis({ from, to }: DrawnAxis, values: readonly number[], ink: ChartInk) {
  return {
    min: from,
    max: to,
    axisTick: { show: false, customValues: values },
    splitLine: { show: true, lineStyle: { color: ink.rule }, customValues: values },
  }
}

const label = (values: readonly number[], ink: ChartInk, formatter: (value: number) => string) => ({
  customValues: values,
  color: ink.text,
  fontSize: 11,
  formatter,
  hideOverlap: true,
})

/** Clock times on one day are told without it. */
function xLabel(kind: AxisKind, value: number, { from, to }: DrawnAxis): string {
  if (kind !== 'wall') return formatX(kind, value)
  const text = formatTime(new Date(value))
  if (to - from < 4 * 60_000) return new Date(value).toTimeString().slice(0, 8)
  return new Date(from).toDateString() === new Date(to).toDateString() ? text.slice(11) : text.slice(5)
}

function yLabel(metric: string, value: number): string {
  if (isShare(metric)) return `${Number((100 * value).toFixed(4))} %`
  return Math.abs(value) >= 1000 && Math.abs(value) < 1e7 ? formatValue(value) : String(Number(value.toPrecision(6)))
}

function seriesOf(trace: Trace, look: ChartLook): (LineSeriesOption | CustomSeriesOption)[] {
  const { curve, raw, smoothed, band } = trace
  const faded = look.highlighted !== undefined && look.highlighted !== curve.id
  const dashed = curve.split === 'val'
  const width = look.highlighted === curve.id ? 2.5 : look.traces.length > mostThick ? 1 : 1.6
  const line = lineSeries(`${curve.id}:smoothed`, curve.label, smoothed, {
    color: curve.colour,
    width,
    opacity: faded ? 0.2 : 1,
    type: dashed ? [6, 4] : 'solid',
  })
  const back =
    raw && lineSeries(`${curve.id}:raw`, '', raw, { color: curve.colour, width: 1, opacity: faded ? 0.05 : 0.22 })
  return [...(band ? [bandSeries(curve.id, curve.colour, band)] : []), ...(back ? [{ ...back, z: 1 }] : []), line]
}

function lineSeries(
  id: string,
  name: string,
  data: Float64Array,
  lineStyle: NonNullable<LineSeriesOption['lineStyle']>,
): LineSeriesOption {
  return {
    type: 'line',
    id,
    name,
    data: data as unknown as LineSeriesOption['data'],
    dimensions: ['x', 'y'],
    lineStyle: { join: 'bevel', ...lineStyle },
    itemStyle: { color: lineStyle.color as string },
    // A curve of one point is a dot: a line would not be seen.
    showSymbol: data.length <= 2,
    symbol: 'circle',
    symbolSize: 6,
    silent: true,
    z: 2,
    clip: true,
  }
}

/** A filled stretch between two lines: one shape of the whole series. */
function bandSeries(id: string, colour: string, band: Float64Array): CustomSeriesOption {
  return {
    type: 'custom',
    id: `${id}:band`,
    data: [[band[0] ?? 0, band[1] ?? 0]],
    silent: true,
    clip: true,
    z: 1,
    renderItem: (_, api) => {
      const low: number[][] = []
      const high: number[][] = []
      for (let i = 0; i < band.length; i += 3) {
        low.push(api.coord([band[i]!, band[i + 1]!]))
        high.push(api.coord([band[i]!, band[i + 2]!]))
      }
      return { type: 'polygon', shape: { points: [...low, ...high.reverse()] }, style: { fill: colour, opacity: 0.18 } }
    },
  }
}
