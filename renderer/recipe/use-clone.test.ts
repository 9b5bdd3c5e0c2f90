import { describe, expect, it } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { useClone } from './use-clone.ts'

/** A view at an address that names a run, and a host that answers when it is told to. */
function openView() {
  const from = shallowRef<string | undefined>('first')
  const told: string[] = []
  const answers = new Map<string, { resolve: (run: string) => void; reject: (error: Error) => void }>()
  const view = effectScope()
  view.run(() =>
    useClone(() => from.value, {
      read: (id) => new Promise<string>((resolve, reject) => answers.set(id, { resolve, reject })),
      take: (id, run) => void told.push(`${id}: ${run}`),
      fail: (error) => void told.push(String(error)),
    }),
  )
  const settle = () => new Promise((resolve) => setTimeout(resolve))
  return { from, told, answers, view, settle }
}

describe('a run that is cloned', () => {
  it('is taken over when the host has answered, or it is said why not', async () => {
    const { from, told, answers, settle } = openView()
    answers.get('first')!.resolve('its recipe')
    await settle()
    from.value = 'second'
    await nextTick()
    answers.get('second')!.reject(new Error('It is gone.'))
    await settle()
    expect(told).toEqual(['first: its recipe', 'Error: It is gone.'])
  })

  it('is left alone when the view was left before the answer', async () => {
    const { told, answers, view, settle } = openView()
    view.stop()
    answers.get('first')!.resolve('its recipe')
    await settle()
    expect(told).toEqual([])
  })

  it('is left alone when another one, or none, was asked for before the answer', async () => {
    const { from, told, answers, settle } = openView()
    from.value = 'second'
    await nextTick()
    from.value = undefined
    await nextTick()
    answers.get('second')!.resolve('its recipe')
    answers.get('first')!.reject(new Error('It is gone.'))
    await settle()
    expect(told).toEqual([])
  })
})
