import { ArrowLeftRight } from '@lucide/vue'
import type { ViewFolder } from '../app/view-folder.ts'

export const view: ViewFolder = {
  icon: ArrowLeftRight,
  routes: [{ path: '/compare', component: () => import('./CompareView.vue') }],
}
