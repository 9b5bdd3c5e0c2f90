import { Database } from '@lucide/vue'
import type { ViewFolder } from '../app/view-folder.ts'

export const view: ViewFolder = {
  icon: Database,
  routes: [{ path: '/datasets/:name?', component: () => import('./DatasetsView.vue') }],
}
