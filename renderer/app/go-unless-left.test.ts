import { expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { goUnlessLeft } from './go-unless-left.ts'

const component = { render: () => null }
async function at(path: string) {
  const routes = ['/recipe', '/runs/:id', '/queue', '/datasets/:name?'].map((path) => ({ path, component }))
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push(path)
  return router
}

it('goes where the answer leads', async () => {
  const router = await at('/recipe')
  const go = goUnlessLeft(router)
  await go('/runs/a')
  expect(router.currentRoute.value.path).toBe('/runs/a')
})

it('leaves who has gone elsewhere where they are', async () => {
  const router = await at('/recipe')
  const go = goUnlessLeft(router)
  await router.push('/queue')
  await go('/runs/a')
  expect(router.currentRoute.value.path).toBe('/queue')
})

it('takes several paths for one place, if told so', async () => {
  const router = await at('/datasets')
  const go = goUnlessLeft(router, (path) => path.startsWith('/datasets'))
  await router.push('/datasets/first')
  await go('/datasets/added')
  expect(router.currentRoute.value.path).toBe('/datasets/added')
})
