import { createRouter, createWebHashHistory } from 'vue-router'

/** The path is behind `#`, so that every host serves one page and a reload stays where it was. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/runs' },
    { path: '/datasets/:name?', component: () => import('../datasets/DatasetsView.vue') },
    { path: '/augmentation', component: () => import('../augmentation/AugmentationView.vue') },
    { path: '/recipe', component: () => import('../recipe/RecipeView.vue') },
    { path: '/runs', component: () => import('../runs/RunsView.vue') },
    { path: '/runs/:id', component: () => import('../runs/RunView.vue') },
    { path: '/trash', component: () => import('../runs/TrashView.vue') },
    { path: '/compare', component: () => import('../compare/CompareView.vue') },
    { path: '/queue', component: () => import('../queue/QueueView.vue') },
    { path: '/checkpoints', component: () => import('../checkpoints/CheckpointsView.vue') },
    { path: '/evaluation', component: () => import('../evaluation/EvaluationView.vue') },
    { path: '/:rest(.*)', redirect: '/runs' },
  ],
})

/** Reads the files of the views when there is nothing else to do, so that each is there at once when it is first asked for. */
export function readAhead(): void {
  const views = router
    .getRoutes()
    .flatMap(({ components }) => Object.values(components ?? {}))
    .filter((component) => typeof component === 'function') as (() => Promise<unknown>)[]
  // One that is not there is told of when it is asked for.
  const next = () =>
    void views
      .pop()?.()
      .catch(() => undefined)
      .then(() => requestIdleCallback(next))
  requestIdleCallback(next)
}
