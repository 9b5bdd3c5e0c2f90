/** Where a confusion matrix is drawn, in CSS pixels. */
export interface MatrixView {
  /** Classes. */
  readonly classes: number
  /** Side of a cell. */
  readonly cell: number
  /** Room for the names at the left and at the top. */
  readonly margin: number
  /** How far it is scrolled. */
  readonly left: number
  readonly top: number
}

/** Cells of this side or more have the names of their classes beside them. */
export const NAMED_CELL = 11
const MARGIN = 108
const LARGEST_CELL = 40

/** The cell that fills the room, and with names where there is room for them. */
export function fittingCell(classes: number, width: number, height: number): number {
  const within = (margin: number) => (Math.min(width, height) - margin) / classes
  const named = within(MARGIN)
  return Math.min(LARGEST_CELL, named >= NAMED_CELL ? named : within(0))
}

export const marginOf = (cell: number): number => (cell >= NAMED_CELL ? MARGIN : 0)

/** A step closer or further away, not beyond the whole matrix. */
export const zoomed = (cell: number, factor: number, least: number): number =>
  Math.max(least, Math.min(Math.max(LARGEST_CELL, least), cell * factor))

/** The places of the row and the column under a point of the canvas; nothing beside the cells. */
export function cellAt({ classes, cell, margin, left, top }: MatrixView, x: number, y: number) {
  if (x < margin || y < margin) return undefined
  const column = Math.floor((x - margin + left) / cell)
  const row = Math.floor((y - margin + top) / cell)
  return column < classes && row < classes ? { row, column } : undefined
}

/** Rows or columns that are in sight, of a length of the canvas. */
export function inSight({ classes, cell, margin }: MatrixView, scrolled: number, length: number): [number, number] {
  return [Math.floor(scrolled / cell), Math.min(classes, Math.ceil((scrolled + length - margin) / cell))]
}
