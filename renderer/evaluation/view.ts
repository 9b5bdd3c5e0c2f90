import { FlaskConical } from '@lucide/vue'
import type { ViewFolder } from '../app/view-folder.ts'

export const view: ViewFolder = {
  icon: FlaskConical,
  routes: [
    { path: '/evaluation', component: () => import('./EvaluationView.vue') },
    { path: '/evaluation/pictures', component: () => import('./PicturesPage.vue') },
    { path: '/evaluation/:run/:evaluation', component: () => import('./EvaluationPage.vue') },
    { path: '/evaluation/:run/:evaluation/checkpoints', component: () => import('./HistoryPage.vue') },
    {
      path: '/evaluation/:run/:evaluation/against/:otherRun/:otherEvaluation',
      component: () => import('./ComparisonPage.vue'),
    },
  ],
}
