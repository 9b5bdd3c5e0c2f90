import { ChartLine } from '@lucide/vue'
import type { ViewFolder } from '../app/view-folder.ts'

export const view: ViewFolder = {
  icon: ChartLine,
  routes: [
    { path: '/runs', component: () => import('./RunsView.vue') },
    { path: '/runs/:id', component: () => import('./RunView.vue') },
    { path: '/trash', component: () => import('./TrashView.vue') },
  ],
}
