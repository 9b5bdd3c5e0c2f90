import { expect, it } from 'vitest'
import { moved, nearestOnMap, rowsInside, toPlane, toScreen, wholeMap, zoomedAt } from './map-view.ts'

const size = { width: 200, height: 100 }
const places = { x: Float32Array.of(-1, 3, NaN, 1), y: Float32Array.of(0, 2, NaN, 1) }
const whole = wholeMap(places, size)

it('shows the whole map, whatever is on it', () => {
  for (const row of [0, 1, 3]) {
    const at = toScreen(whole, size, { x: places.x[row]!, y: places.y[row]! })
    expect(at.x).toBeGreaterThan(0)
    expect(at.x).toBeLessThan(200)
    expect(at.y).toBeGreaterThan(0)
    expect(at.y).toBeLessThan(100)
  }
  // Up on the plane is up on the screen.
  expect(toScreen(whole, size, { x: 1, y: 2 }).y).toBeLessThan(toScreen(whole, size, { x: 1, y: 0 }).y)
  for (const x of [new Float32Array(0), Float32Array.of(NaN), Float32Array.of(5, 5)])
    expect(Object.values(wholeMap({ x, y: x }, size)).every(Number.isFinite)).toBe(true)
})

it('moves by pixels, and keeps what is under the pointer there while it zooms', () => {
  expect(toScreen(moved(whole, 10, -5), size, toPlane(whole, size, { x: 50, y: 60 }))).toEqual({
    x: expect.closeTo(60, 4) as number,
    y: expect.closeTo(55, 4) as number,
  })
  const at = { x: 30, y: 80 }
  const closer = zoomedAt(whole, size, at, 3, whole)
  expect(closer.scale).toBeCloseTo(3 * whole.scale)
  const [before, after] = [toPlane(whole, size, at), toPlane(closer, size, at)]
  expect(after.x).toBeCloseTo(before.x)
  expect(after.y).toBeCloseTo(before.y)
  expect(zoomedAt(whole, size, at, 1e9, whole).scale).toBe(400 * whole.scale)
  expect(zoomedAt(whole, size, at, 1e-9, whole).scale).toBe(0.5 * whole.scale)
})

it('finds the samples nearest to a point, and none that is too far or not on the map', () => {
  expect(nearestOnMap(places, { x: 1.1, y: 1 }, 5)).toEqual([3, 1, 0])
  expect(nearestOnMap(places, { x: 1.1, y: 1 }, 1)).toEqual([3])
  expect(nearestOnMap(places, { x: 1.1, y: 1 }, 5, 0.05)).toEqual([])
  expect(nearestOnMap(places, { x: 2, y: 1.5 }, 5, 1.2)).toEqual([1, 3])
})

it('finds what is inside a lasso, in its bays and where it crosses itself too', () => {
  const grid = Array.from({ length: 25 }, (_, i) => [i % 5, Math.floor(i / 5)] as const)
  const on = { x: Float32Array.from(grid, ([x]) => x), y: Float32Array.from(grid, ([, y]) => y) }
  const inside = (...line: [number, number][]) =>
    [
      ...rowsInside(
        on,
        line.map(([x, y]) => ({ x, y })),
      ),
    ].map((row) => grid[row]!.join(''))
  expect(inside([0.5, 0.5], [2.5, 0.5], [2.5, 2.5], [0.5, 2.5])).toEqual(['11', '21', '12', '22'])
  // A U: what is between its arms is outside.
  expect(
    inside([0.5, 0.5], [3.5, 0.5], [3.5, 2.5], [2.5, 2.5], [2.5, 1.5], [1.5, 1.5], [1.5, 2.5], [0.5, 2.5]),
  ).toEqual(['11', '21', '31', '12', '32'])
  // Twice around is outside again.
  const square: [number, number][] = [
    [0.5, 0.5],
    [2.5, 0.5],
    [2.5, 2.5],
    [0.5, 2.5],
  ]
  expect(inside(...square, ...square)).toEqual([])
  expect(inside([1, 1])).toEqual([])
  expect(inside()).toEqual([])
})
