import { keep, readKept } from '../../ui/kept.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { findPreset } from '../../../shared/recipe/presets.ts'
import { resolveRecipe } from '../../../shared/recipe/resolve.ts'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { RecipeKey } from '../../../shared/recipe/keys.ts'
import {
  baseValue,
  changedPaths,
  checkDraft,
  draftOf,
  draftText,
  readText,
  withValue,
  type CheckedDraft,
  type Draft,
} from './draft.ts'

/** What a draft started as: changes are told against it. */
export interface Base {
  /** `preset`: its name is the preset's; `run`: the run's; `file`: the file's. */
  readonly kind: 'preset' | 'run' | 'file'
  readonly name: string
  readonly recipe: Recipe
}

const KEPT = 'anneal.draft'

/** The recipe under edit. One for the whole page: the form, the JSON text and the augmentation gallery share it. */
export const useRecipe = defineStore('recipe', () => {
  const base = shallowRef<Base>({ kind: 'preset', name: 'demo', recipe: resolveRecipe({ preset: 'demo' }) })
  const draft = shallowRef<Draft>(draftOf(base.value.recipe))
  /** The JSON text while it does not stand for a recipe; else it follows the draft. */
  const badText = shallowRef<string>()

  const ofDraft = computed(() => checkDraft(draft.value))
  const checked = computed<CheckedDraft>(() => (badText.value === undefined ? ofDraft.value : readText(badText.value)))
  const text = computed(() => badText.value ?? draftText(draft.value))
  const changed = computed(() => changedPaths(base.value.recipe, draft.value))

  function replace(next: Base, edited: Recipe = next.recipe) {
    base.value = next
    draft.value = draftOf(edited)
    badText.value = undefined
  }

  function set(key: Pick<RecipeKey, 'group' | 'name'>, value: unknown) {
    draft.value = withValue(draft.value, key, value)
    badText.value = undefined
  }

  function setText(typed: string) {
    const { recipe } = readText(typed)
    badText.value = recipe ? undefined : typed
    if (recipe) draft.value = draftOf(recipe)
  }

  const reset = (key: RecipeKey) => set(key, baseValue(base.value.recipe, key))
  const resetAll = () => replace(base.value)
  const usePreset = (name: string) =>
    replace({ kind: 'preset', name, recipe: resolveRecipe({ preset: findPreset(name).name }) })
  const cloneRun = (name: string, recipe: Recipe) => replace({ kind: 'run', name, recipe })

  const openFile = (name: string, recipe: Recipe) => replace({ kind: 'file', name, recipe })

  const kept = readDraft()
  if (kept) replace(kept.base, kept.recipe)
  watch([base, ofDraft], () => ofDraft.value.recipe && keep(KEPT, { base: base.value, recipe: ofDraft.value.recipe }))

  return { base, draft, checked, text, changed, set, setText, reset, resetAll, usePreset, cloneRun, openFile }
})

/** The draft of the last visit, unless a newer schema refuses it. */
function readDraft(): { base: Base; recipe: Recipe } | undefined {
  try {
    const { base, recipe } = readKept(KEPT) as { base: Base; recipe: unknown }
    return {
      base: { kind: base.kind, name: base.name, recipe: resolveRecipe({ document: base.recipe }) },
      recipe: resolveRecipe({ document: recipe }),
    }
  } catch {
    return undefined
  }
}
