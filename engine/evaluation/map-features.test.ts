import { expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../shared/errors.ts'
import { mapFeatures, MAPPED_BY, type MapOptions, type Places } from './map-features.ts'

const WIDTH = 64
const GROUPS = 3
const options: MapOptions = { neighbours: 15, minDist: 0.1, seed: 1, least: 4, most: 1000 }

/** Numbers that look random, 0 to 1. */
const noise = (i: number) => {
  const x = Math.sin(12.9898 * i + 78.233) * 43758.5453
  return x - Math.floor(x)
}

/** Groups of similar directions, one after the other in turn. */
const groups = (samples: number, width = WIDTH) =>
  Float32Array.from({ length: samples * width }, (_, i) => {
    const [group, at] = [Math.floor(i / width) % GROUPS, i % width]
    return 2 * noise(1000 + group * width + at) + 0.8 * noise(7 * i)
  })

const distance = ({ x, y }: Places, a: number, b: number) => Math.hypot(x[a]! - x[b]!, y[a]! - y[b]!)

it('keeps groups of similar features apart, whatever the width', async () => {
  for (const width of [8, WIDTH]) {
    const places = await mapFeatures(groups(120, width), width, options)
    // What is nearest on the map is of the same group.
    for (let row = 0; row < 120; row++) {
      const others = Array.from({ length: 120 }, (_, i) => i).filter((other) => other !== row)
      const nearest = others.reduce((a, b) => (distance(places, row, a) < distance(places, row, b) ? a : b))
      expect(nearest % GROUPS).toBe(row % GROUPS)
    }
  }
})

it('is the same for a seed to the last bit, and another for another', async () => {
  const features = groups(90)
  const [a, b, other] = [
    await mapFeatures(features, WIDTH, options),
    await mapFeatures(features, WIDTH, options),
    await mapFeatures(features, WIDTH, { ...options, seed: 2 }),
  ]
  expect(b).toEqual(a)
  expect(other).not.toEqual(a)
})

it('draws by the seed from more samples than it takes, and tells how far it is', async () => {
  const told: string[] = []
  const onProgress = (step: string, done: number, total: number) => void (done === total && told.push(step))
  const drawn = async (seed: number) => {
    const { x, y } = await mapFeatures(groups(60), WIDTH, { ...options, most: 20, seed, onProgress })
    const rows = Array.from(x.keys()).filter((row) => !Number.isNaN(x[row]!))
    expect(rows.every((row) => Number.isFinite(y[row]!))).toBe(true)
    return rows
  }
  const first = await drawn(1)
  expect(first).toHaveLength(20)
  expect(await drawn(1)).toEqual(first)
  expect(await drawn(2)).not.toEqual(first)
  expect(new Set(told)).toEqual(new Set(['comparing', 'placing']))
})

it.each([4, 5, 16])('places %i samples, fewer than it takes neighbours or hardly more', async (samples) => {
  const { x, y } = await mapFeatures(groups(samples), WIDTH, options)
  expect([...x, ...y].every((place) => Number.isFinite(place))).toBe(true)
})

it('places samples that are all alike', async () => {
  const { x, y } = await mapFeatures(new Float32Array(100 * WIDTH).fill(1), WIDTH, options)
  expect([...x, ...y].every((place) => Number.isFinite(place))).toBe(true)
})

// Venna & Kaski 2001, "Neighborhood preservation in nonlinear projection methods".
function trustworthiness(features: Float32Array, { x, y }: Places, neighbours: number): number {
  const samples = x.length
  const ordered = (row: number, far: (other: number) => number) => {
    const distances = Array.from({ length: samples }, (_, other) => (other === row ? -1 : far(other)))
    return Array.from(distances.keys()).sort((a, b) => distances[a]! - distances[b]!)
  }
  const at = (row: number) => features.subarray(row * WIDTH, (row + 1) * WIDTH)
  const dot = (a: number, b: number) => at(a).reduce((sum, value, i) => sum + value * at(b)[i]!, 0)
  const lengths = Array.from({ length: samples }, (_, row) => Math.sqrt(dot(row, row)))
  let penalty = 0
  for (let row = 0; row < samples; row++) {
    const rank = new Int32Array(samples)
    ordered(row, (other) => 1 - dot(row, other) / (lengths[row]! * lengths[other]!)).forEach(
      (other, i) => (rank[other] = i),
    )
    const near = ordered(row, (other) => Math.hypot(x[row]! - x[other]!, y[row]! - y[other]!))
    for (const other of near.slice(1, neighbours + 1)) penalty += Math.max(0, rank[other]! - neighbours)
  }
  return 1 - (2 * penalty) / (samples * neighbours * (2 * samples - 3 * neighbours - 1))
}

it('keeps neighbours together as well as umap-learn does', async () => {
  // A surface that is bent in many directions.
  const features = Float32Array.from({ length: 600 * WIDTH }, (_, at) => {
    const [i, j] = [Math.floor(at / WIDTH), at % WIDTH]
    const [u, v] = [(i * 0.618034) % 1, i / 600]
    return 1 + 0.5 * Math.sin((1 + (j % 7)) * 2 * u + j) + 0.5 * Math.cos((1 + (j % 5)) * 3 * v + 2 * j)
  })
  const places = await mapFeatures(features, WIDTH, options)
  // umap-learn 0.5.12 with the cosine and the seeds 1, 2 and 3, judged by scikit-learn 1.9.1: 0.9984, 0.9982, 0.9984.
  expect(trustworthiness(features, places, 15)).toBeGreaterThan(0.9982 - 0.02)
  const [x, y] = [0, 600].map((first) => Float32Array.from({ length: 600 }, (_, i) => noise(first + i)))
  expect(trustworthiness(features, { x: x!, y: y! }, 15)).toBeLessThan(0.7)
})

it('leaves out features that are no numbers or all 0, and refuses too few others', async () => {
  const features = groups(30)
  features.fill(0, 0, WIDTH)
  features[WIDTH + 3] = NaN
  features[2 * WIDTH] = Infinity
  const { x } = await mapFeatures(features, WIDTH, options)
  expect(Array.from(x, (place) => Number.isFinite(place))).toEqual(Array.from(x, (_, row) => row >= 3))
  for (const samples of [0, 1, 2, 3])
    await expect(mapFeatures(groups(samples), WIDTH, options)).rejects.toThrow(UsageError)
  await expect(mapFeatures(features.subarray(0, 6 * WIDTH), WIDTH, options)).rejects.toThrow('this evaluation has 3.')
})

it('names the version of what places them', () => {
  const file = join(import.meta.dirname, '../../node_modules/embedding-atlas/package.json')
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string }
  expect(MAPPED_BY).toBe(`${name} ${version}`)
})
