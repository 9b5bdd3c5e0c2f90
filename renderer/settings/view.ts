import { Settings } from '@lucide/vue'
import type { ViewFolder } from '../app/view-folder.ts'

export const view: ViewFolder = {
  icon: Settings,
  routes: [{ path: '/settings', component: () => import('./SettingsView.vue') }],
}
