import { Images } from '@lucide/vue'
import type { ViewFolder } from '../app/view-folder.ts'

export const view: ViewFolder = {
  icon: Images,
  routes: [{ path: '/augmentation', component: () => import('./AugmentationView.vue') }],
}
