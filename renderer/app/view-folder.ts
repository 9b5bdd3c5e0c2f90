import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'

/** What the `view.ts` of a view's folder brings; the rest is in `shared/contract/views.ts`. */
export interface ViewFolder {
  readonly icon: Component
  /** One of them is the view's path; their components are read when they are first shown. */
  readonly routes: readonly RouteRecordRaw[]
}
