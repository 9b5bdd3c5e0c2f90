import { describe, expect, it } from 'vitest'
import { rankByTitle } from './rank.ts'
import { isPressed, shortcutText } from './shortcut.ts'

const command = (title: string, group = 'Go to') => ({ title, group })

describe('the palette', () => {
  const all = [
    command('Augmentation'),
    command('Recipe'),
    command('Runs'),
    command('Compare'),
    command('Stop run', 'Run'),
  ]

  it('shows everything before anything is typed', () => {
    expect(rankByTitle(all, ' ')).toEqual(all)
  })

  it('puts titles that begin with the letters first, then words, then parts', () => {
    expect(rankByTitle(all, 'r').map(({ title }) => title)).toEqual(['Recipe', 'Runs', 'Stop run', 'Compare'])
    expect(rankByTitle(all, 'RUN').map(({ title }) => title)).toEqual(['Runs', 'Stop run'])
  })

  it('finds letters in order, and nothing else', () => {
    expect(rankByTitle(all, 'agm').map(({ title }) => title)).toEqual(['Augmentation'])
    expect(rankByTitle(all, 'xyz')).toEqual([])
  })
})

describe('a shortcut', () => {
  const none = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false }

  it('is Ctrl, and Cmd on a Mac', () => {
    const palette = { modifier: 'Mod', code: 'KeyK' } as const
    expect([shortcutText(palette, false), shortcutText(palette, true)]).toEqual(['Ctrl+K', 'Cmd+K'])
    expect(isPressed(palette, { ...none, code: 'KeyK', ctrlKey: true }, false)).toBe(true)
    expect(isPressed(palette, { ...none, code: 'KeyK', ctrlKey: true }, true)).toBe(false)
    expect(isPressed(palette, { ...none, code: 'KeyK', metaKey: true }, true)).toBe(true)
  })

  it('wants its own modifier alone', () => {
    const place = { modifier: 'Alt', code: 'Digit3' } as const
    expect(shortcutText(place, false)).toBe('Alt+3')
    expect(isPressed(place, { ...none, code: 'Digit3', altKey: true }, false)).toBe(true)
    expect(isPressed(place, { ...none, code: 'Digit3' }, false)).toBe(false)
    expect(isPressed(place, { ...none, code: 'Digit3', altKey: true, ctrlKey: true }, false)).toBe(false)
    expect(isPressed(place, { ...none, code: 'Digit3', altKey: true, shiftKey: true }, false)).toBe(false)
  })
})
