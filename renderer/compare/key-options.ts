import type { ChartInk } from '../charts/chart-option.ts'
import type { ChartOption } from '../charts/echarts.ts'
import { formatMetric } from '../charts/format.ts'
import { metricTitle, splitTitle } from '../charts/metric.ts'
import { valueText } from '../app/state/recipe-differences.ts'
import type { Measure } from './compare-table.ts'
import { axisValue, keyAxis, type KeyAxis } from './key-axis.ts'

/** A run as a point: the values of some recipe keys, and what it came to. */
export interface KeyPoint {
  readonly label: string
  readonly colour: string
  /** In the order of the keys. */
  readonly values: readonly unknown[]
  readonly figure: number
}

const measureTitle = ({ split, metric }: Measure) => `${metricTitle(metric)}, ${splitTitle(split)}`
const text = (ink: ChartInk) => ({ color: ink.text, fontSize: 11 })

/** One key against one measure: a dot a run. */
export function scatterOption(key: string, measure: Measure, points: readonly KeyPoint[], ink: ChartInk): ChartOption {
  const axis = keyAxis(points.map(({ values }) => values[0]))
  const lines = { splitLine: { lineStyle: { color: ink.rule } }, axisLine: { lineStyle: { color: ink.rule } } }
  return {
    animation: false,
    grid: { left: 64, right: 130, top: 26, bottom: 40, containLabel: false },
    xAxis: {
      ...axisType(axis),
      ...lines,
      name: key,
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: text(ink),
      axisLabel: text(ink),
      scale: true,
    },
    yAxis: {
      type: 'value',
      scale: true,
      ...lines,
      name: measureTitle(measure),
      nameTextStyle: { ...text(ink), align: 'left', padding: [0, 0, 0, -52] },
      axisLabel: { ...text(ink), formatter: (value: number) => formatMetric(measure.metric, value) },
    },
    series: [dots(axis, points, ink)],
  }
}

/** Named where they are few enough to be told apart. */
const dots = (axis: KeyAxis, points: readonly KeyPoint[], ink: ChartInk) => ({
  type: 'scatter',
  symbolSize: 11,
  data: points.map(({ label, colour, values, figure }) => ({
    name: label,
    value: [axisValue(axis, values[0]), figure],
    itemStyle: { color: colour, borderColor: ink.ground, borderWidth: 1 },
  })),
  label: {
    show: points.length <= 12,
    formatter: '{b}',
    position: 'right',
    color: ink.text,
    fontSize: 10,
    overflow: 'truncate',
    width: 120,
  },
  labelLayout: { hideOverlap: true },
})

const axisType = (axis: KeyAxis) =>
  axis.kind === 'text'
    ? { type: 'category', data: axis.places }
    : {
        type: axis.log ? 'log' : 'value',
        minInterval: axis.whole ? 1 : 0,
        boundaryGap: axis.log ? [0, 0] : ['4%', '4%'],
      }

/** All keys beside each other and the measure last: a line a run. */
export function parallelOption(
  keys: readonly string[],
  measure: Measure,
  points: readonly KeyPoint[],
  ink: ChartInk,
): ChartOption {
  const axes = keys.map((_, i) => keyAxis(points.map(({ values }) => values[i])))
  return {
    animation: false,
    parallel: { left: 90, right: 110, top: 40, bottom: 18 },
    parallelAxis: parallelAxes(keys, axes, measure, ink),
    series: points.map(({ label, colour, values, figure }) => ({
      type: 'parallel',
      name: label,
      smooth: false,
      lineStyle: { color: colour, width: 2, opacity: 0.85 },
      data: [[...values.map((value, i) => axisValue(axes[i]!, value)), figure]],
    })),
  }
}

function parallelAxes(keys: readonly string[], axes: readonly KeyAxis[], measure: Measure, ink: ChartInk) {
  const look = {
    nameTextStyle: text(ink),
    axisLine: { lineStyle: { color: ink.text } },
    axisTick: { lineStyle: { color: ink.text } },
    nameLocation: 'end',
    scale: true,
  }
  return [
    ...keys.map((name, dim) => ({
      ...axisType(axes[dim]!),
      ...look,
      dim,
      name,
      axisLabel: { ...text(ink), formatter: (value: string | number) => valueText(value) },
    })),
    {
      ...look,
      type: 'value',
      dim: keys.length,
      name: measureTitle(measure),
      axisLabel: { ...text(ink), formatter: (value: number) => formatMetric(measure.metric, value) },
    },
  ]
}
