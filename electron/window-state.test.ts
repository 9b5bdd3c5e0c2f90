import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../storage/files.ts'
import { Home } from '../host/machine/home.ts'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { fitBounds, WindowStateFile } from './window-state.ts'

describe('the state of the window', () => {
  it('is what it was when it was left', () => {
    const home = new Home(temporaryFolder())
    const bounds = { x: 10, y: 20, width: 800, height: 600 }
    new WindowStateFile(home).update({ bounds, maximised: true, theme: 'dark' })
    expect(new WindowStateFile(home).current).toEqual({ bounds, maximised: true, theme: 'dark' })
  })

  it.each(['{', '[]', '{"bounds":{"x":0,"y":0,"width":1e9,"height":1}}', '{"theme":"pink"}'])(
    'is the usual one where the file says %s',
    (content) => {
      const home = new Home(temporaryFolder())
      makeFolder(join(home.root, 'window'))
      writeFileSync(join(home.root, 'window/state.json'), content)
      expect(new WindowStateFile(home).current).toEqual({ maximised: false, theme: 'system' })
    },
  )
})

describe('the place of the window', () => {
  const primary = { x: 0, y: 25, width: 1920, height: 1055 }
  const right = { x: 1920, y: 0, width: 1280, height: 1024 }

  it('is the middle of the primary display at first', () => {
    expect(fitBounds(undefined, [primary, right])).toEqual({ x: 240, y: 102, width: 1440, height: 900 })
  })

  it('is as large as a small display', () => {
    expect(fitBounds(undefined, [{ x: 0, y: 0, width: 1024, height: 700 }])).toEqual({
      x: 0,
      y: 0,
      width: 1024,
      height: 700,
    })
  })

  it('stays where it was, also partly outside', () => {
    for (const x of [2000, 3000, -600]) {
      const bounds = { x, y: 100, width: 800, height: 600 }
      expect(fitBounds(bounds, [primary, right])).toBe(bounds)
    }
  })

  it('comes back from a display that is gone', () => {
    expect(fitBounds({ x: 2000, y: 100, width: 800, height: 600 }, [primary])).toEqual({
      x: 560,
      y: 252,
      width: 800,
      height: 600,
    })
  })

  it('comes back where its title bar would be out of reach', () => {
    const lost = [
      { x: 0, y: -300 },
      { x: 0, y: 1060 },
      { x: -760, y: 100 },
      { x: 1880, y: 100 },
    ]
    for (const place of lost)
      expect(fitBounds({ ...place, width: 800, height: 600 }, [primary])).toEqual({
        x: 560,
        y: 252,
        width: 800,
        height: 600,
      })
  })
})
