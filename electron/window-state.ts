import type { Rectangle } from 'electron'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson, writeJson } from '../storage/files.ts'
import type { Home } from '../host/machine/home.ts'
import { themeChoices } from '../shared/contract/window.ts'

const side = z.int().min(200).max(20_000)
const place = z.int().min(-50_000).max(50_000)
const stateSchema = z.object({
  bounds: z.object({ x: place, y: place, width: side, height: side }).optional(),
  maximised: z.boolean().default(false),
  theme: z.enum(themeChoices).default('system'),
})

/** How the window was left. */
export type WindowState = z.output<typeof stateSchema>

const usual = { width: 1440, height: 900 }
/** So much of the window must lie on a display that its title bar can be taken hold of. */
const grip = { width: 120, height: 60 }

/** Kept in the home, in a file that only the window writes. */
export class WindowStateFile {
  readonly #file: string
  #state: WindowState

  constructor(home: Home) {
    this.#file = join(home.root, 'window', 'state.json')
    this.#state = read(this.#file)
  }

  get current(): WindowState {
    return this.#state
  }

  /** That a place cannot be remembered is no reason to disturb anybody. */
  update(change: Partial<WindowState>): void {
    this.#state = { ...this.#state, ...change }
    try {
      writeJson(this.#file, this.#state)
    } catch (error) {
      console.error(error instanceof Error ? error.message : error)
    }
  }
}

/** A damaged file counts as none. */
function read(file: string): WindowState {
  try {
    return stateSchema.parse(readJson(file) ?? {})
  } catch {
    return stateSchema.parse({})
  }
}

/**
 * Where to open the window: where it was, if a display is still there (given are the displays' work areas, the
 * first being the primary one), or else in the middle of the primary display, as large as usual where it fits.
 */
export function fitBounds(bounds: Rectangle | undefined, workAreas: readonly [Rectangle, ...Rectangle[]]): Rectangle {
  if (bounds && workAreas.some((area) => isWithinReach(bounds, area))) return bounds
  const [area] = workAreas
  const width = Math.min(bounds?.width ?? usual.width, area.width)
  const height = Math.min(bounds?.height ?? usual.height, area.height)
  return {
    x: area.x + Math.floor((area.width - width) / 2),
    y: area.y + Math.floor((area.height - height) / 2),
    width,
    height,
  }
}

function isWithinReach(bounds: Rectangle, area: Rectangle): boolean {
  const across = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x)
  const fromTop = area.y + area.height - bounds.y
  return across >= grip.width && fromTop >= grip.height && bounds.y >= area.y
}
