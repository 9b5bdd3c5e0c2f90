import type { RouteLocationRaw, Router } from 'vue-router'

/**
 * Call it before an answer is waited for; what it returns goes somewhere, but not where the page shows another place
 * by then: nobody is pulled back.
 * @param isHere whether a path is still the same place
 */
export function goUnlessLeft(
  router: Pick<Router, 'currentRoute' | 'push'>,
  isHere?: (path: string) => boolean,
): (to: RouteLocationRaw) => Promise<void> {
  const from = router.currentRoute.value.path
  return async (to) => {
    const { path } = router.currentRoute.value
    if (isHere ? isHere(path) : path === from) await router.push(to)
  }
}
