import {
  CustomChart,
  LineChart,
  ParallelChart,
  ScatterChart,
  type CustomSeriesOption,
  type LineSeriesOption,
} from 'echarts/charts'
import { GridComponent, LegendComponent, ParallelComponent, TitleComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption, type EChartsType } from 'echarts/core'
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
