import { createRouter, createWebHashHistory } from 'vue-router'
import { pageViews } from './views.ts'

/** The path is behind `#`, so that every host serves one page and a reload stays where it was. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/runs' },
    ...pageViews.flatMap(({ routes }) => routes),
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
