import { SlidersHorizontal } from '@lucide/vue'
import type { ViewFolder } from '../app/view-folder.ts'

export const view: ViewFolder = {
  icon: SlidersHorizontal,
  routes: [{ path: '/recipe', component: () => import('./RecipeView.vue') }],
}
