import { describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { views } from '../../shared/contract/views.ts'
import type { ViewFolder } from '../app/view-folder.ts'
import { joinViews, pageViews } from './views.ts'

describe('the views', () => {
  it('are those that are listed, each with a folder that brings it', () => {
    expect(pageViews.map(({ name }) => name)).toEqual(views.map(({ name }) => name))
  })

  it('are each at their own path', () => {
    const routes = pageViews.flatMap(({ routes }) => routes)
    const router = createRouter({ history: createMemoryHistory(), routes })
    for (const { path, routes } of pageViews)
      expect(routes.map((route) => route.path)).toContain(router.resolve(path).matched[0]?.path)
  })

  it('answer to Alt and a digit in their order, as long as there are digits', () => {
    expect(pageViews.map(({ shortcut }) => shortcut)).toEqual(
      views.map((_, index) => ({ modifier: 'Alt', code: `Digit${index + 1}` })),
    )
    const many = Array.from({ length: 11 }, (_, i) => ({ name: `View ${i}`, path: `v${i}`, purpose: '' }))
    const shortcuts = joinViews(many, new Map(many.map(({ path }) => [path, folder]))).map(({ shortcut }) => shortcut)
    expect(shortcuts.slice(8)).toEqual([{ modifier: 'Alt', code: 'Digit9' }, undefined, undefined])
  })

  it('are refused where the list and the folders differ', () => {
    const listed = [{ name: 'Runs', path: 'runs', purpose: '' }]
    expect(() => joinViews(listed, new Map())).toThrow('The view Runs is listed: give it renderer/runs/view.ts.')
    const folders = new Map([
      ['runs', folder],
      ['toy', folder],
    ])
    expect(() => joinViews(listed, folders)).toThrow('renderer/toy has a view.ts: list it.')
  })
})

const folder: ViewFolder = { icon: {}, routes: [] }
