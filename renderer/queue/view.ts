import { ListOrdered } from '@lucide/vue'
import type { ViewFolder } from '../app/view-folder.ts'

export const view: ViewFolder = {
  icon: ListOrdered,
  routes: [{ path: '/queue', component: () => import('./QueueView.vue') }],
}
