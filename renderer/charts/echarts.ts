import { CustomChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, ParallelComponent, TitleComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption, type EChartsType } from 'echarts/core'
import type { CustomSeriesOption, LineSeriesOption } from 'echarts/charts'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'

use([
  CanvasRenderer,
  SVGRenderer,
  LineChart,
  CustomChart,
  ScatterChart,
  ParallelChart,
  GridComponent,
  LegendComponent,
  ParallelComponent,
  TitleComponent,
  TooltipComponent,
])

export { init, type EChartsType }
export type { CustomSeriesOption, EChartsCoreOption as ChartOption, LineSeriesOption }
