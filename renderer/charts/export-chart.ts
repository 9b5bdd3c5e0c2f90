import { axisNames } from './axis.ts'
import { chartAxes } from './chart-layout.ts'
import { chartOption, type ChartInk, type ChartLook } from './chart-option.ts'
import { init, type ChartOption } from './echarts.ts'
import { metricTitle, splitTitle } from './metric.ts'

/** On white, as a paper wants it. */
const paper: ChartInk = { text: '#333333', rule: '#dddddd', ground: '#ffffff' }
const size = { width: 960, height: 540 }

/** A chart with its legend as SVG text. */
export function chartSvg(look: ChartLook): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption(paperOption(look))
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

/** A chart with its legend as a PNG of 1920 x 1080 px. */
export async function chartPng(look: ChartLook): Promise<Blob> {
  const canvas = document.createElement('canvas')
  const chart = init(canvas, null, { renderer: 'canvas', devicePixelRatio: 2, ...size })
  try {
    chart.setOption(paperOption(look))
    chart.getZr().flush()
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) =>
          blob
            ? resolve(blob)
            : reject(new Error('The picture could not be made; make the window smaller and try again.')),
        'image/png',
      ),
    )
  } finally {
    chart.dispose()
  }
}

/** The chart as it is on the screen, larger, on white, with a title and a legend. */
function paperOption(look: ChartLook): ChartOption {
  const legendWidth = 250
  const { x, y } = look.axes
  const axes = chartAxes({ width: size.width - legendWidth, height: size.height - 40 }, { x, y }, y.log)
  const option = chartOption({ ...look, axes, ink: paper, highlighted: undefined })
  const labels = [...new Set(look.traces.map(({ curve }) => curve.label))]
  return {
    ...option,
    backgroundColor: paper.ground,
    title: {
      text: metricTitle(look.metric),
      subtext: subtitle(look),
      itemGap: 2,
      left: 16,
      top: 6,
      textStyle: { fontSize: 14, color: paper.text },
      subtextStyle: { fontSize: 11, color: paper.text },
    },
    legend: {
      type: 'plain',
      orient: 'vertical',
      right: 8,
      top: 40,
      width: legendWidth - 20,
      icon: 'rect',
      itemWidth: 14,
      itemHeight: 4,
      data: labels,
      textStyle: { fontSize: 11, color: paper.text, width: legendWidth - 50, overflow: 'truncate' },
    },
    grid: { left: 58, right: legendWidth + 14, top: 50, bottom: 26, containLabel: false },
  }
}

function subtitle({ kind, traces }: ChartLook): string {
  const splits = new Set(traces.map(({ curve }) => curve.split))
  const strokes = splits.size > 1 ? 'solid: training, dashed: validation' : [...splits].map(splitTitle).join()
  return `over ${axisNames[kind].toLowerCase()}; ${strokes}`
}

/** Hands a file to the browser to save. */
export function download(name: string, content: Blob | string, type = 'text/plain'): void {
  const url = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type }) : content)
  const link = document.createElement('a')
  link.href = url
  link.download = name.replaceAll(/[^\w.-]+/g, '-')
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
