/** A grid of equal cells that scrolls: lengths in px. */
export interface GridShape {
  readonly width: number
  readonly height: number
  /** The least width of a cell, the gap beside it left out. */
  readonly cell: number
  readonly gap: number
  /** Height of a cell beyond its width: its caption. */
  readonly caption: number
  readonly total: number
}

/** What of the grid is drawn. */
export interface GridWindow {
  readonly columns: number
  readonly rowHeight: number
  /** Of everything, seen or not. */
  readonly contentHeight: number
  /** Positions of the first cell that is drawn and of the one after the last. */
  readonly first: number
  readonly end: number
  /** Where the first drawn row stands. */
  readonly top: number
}

/** Rows drawn beyond each edge, so that a short scroll shows no gap. */
const SPARE_ROWS = 2

export function gridWindow({ width, height, cell, gap, caption, total }: GridShape, scrollTop: number): GridWindow {
  const columns = Math.max(1, Math.floor((width + gap) / (cell + gap)))
  const cellWidth = (width - gap * (columns - 1)) / columns
  const rowHeight = Math.floor(cellWidth) + caption + gap
  const rows = Math.ceil(total / columns)
  const firstRow = Math.max(0, Math.min(rows, Math.floor(scrollTop / rowHeight)) - SPARE_ROWS)
  const endRow = Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + SPARE_ROWS)
  return {
    columns,
    rowHeight,
    contentHeight: rows * rowHeight,
    first: firstRow * columns,
    end: Math.min(total, endRow * columns),
    top: firstRow * rowHeight,
  }
}
