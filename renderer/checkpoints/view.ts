import { Save } from '@lucide/vue'
import type { ViewFolder } from '../app/view-folder.ts'

export const view: ViewFolder = {
  icon: Save,
  routes: [{ path: '/checkpoints', component: () => import('./CheckpointsView.vue') }],
}
