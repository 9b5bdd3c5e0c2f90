import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { median } from './contender.ts'
import { makeImageFolder, makeRecordFolder, nameOf, type JpegSize } from './input-folders.ts'

interface Options {
  readonly python?: string
  readonly rounds: number
  readonly seconds: number
  readonly json?: boolean
}

/** Somebody who reads, crops at random and scales to 224 px. */
interface Reader {
  readonly name: string
  readonly command: string
  /** Followed by the folder, the cores and the seconds. */
  readonly args: readonly string[]
}

interface Rate {
  readonly imagesPerSecond: number
  /** For each second of a core's time: what else the machine does hardly changes it. */
  readonly imagesPerCoreSecond: number
}

interface Row extends Rate {
  readonly images: string
  readonly cores: number
  readonly name: string
  /** The medians of the ratios within a round: our pipeline over this one. */
  readonly ratio: number
  readonly coreRatio: number
}

const sizes: JpegSize[] = [
  { width: 500, height: 400 },
  { width: 1200, height: 900 },
]
const script = (name: string) => fileURLToPath(new URL(`contenders/${name}`, import.meta.url))
const typescript = (name: string, file: string, ...args: string[]): Reader => ({
  name,
  command: process.execPath,
  args: ['--import', 'tsx', script(file), ...args],
})

/** Those that are asked for by name elsewhere. */
export const readerNames = { files: 'Anneal, JPEG folder', torchvision: 'torchvision with Pillow' } as const

/** The first is what the others are compared with. */
export function readersOf(folder: string, python?: string): (Reader & { readonly folder: string })[] {
  const own = (name: string, cache: string, { of = folder, resample = 'bilinear' } = {}) => ({
    ...typescript(name, 'input-pipeline.ts', cache, resample),
    folder: of,
  })
  return [
    own(readerNames.files, 'none'),
    own('Anneal, bilinear-antialias', 'none', { resample: 'bilinear-antialias' }),
    own('Anneal, bicubic-antialias', 'none', { resample: 'bicubic-antialias' }),
    own('Anneal, TFRecords', 'none', { of: `${folder}-records` }),
    own('Anneal, raw cache on disk', 'disk'),
    own('Anneal, raw cache in memory', 'memory'),
    { ...typescript('bare decode-and-crop (tf.data)', 'input-bare.ts', 'crop'), folder },
    { ...typescript('bare decoding (tf.data)', 'input-bare.ts', 'decode'), folder },
    { ...typescript('bare reading of the raw cache', 'input-bare.ts', 'cache'), folder },
    { ...typescript('sharp', 'input-sharp.ts'), folder },
    ...(python
      ? [{ name: readerNames.torchvision, command: python, args: [script('input_torchvision.py')], folder }]
      : []),
  ]
}

/** Times every reader on every folder at 1, 2 and all cores, one after the other in each round, and prints medians and ratios. */
export async function benchInput({ python, rounds, seconds, json }: Options): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  try {
    const rows: Row[] = []
    for (const size of sizes) {
      const folder = join(work, nameOf(size))
      const files = 320
      await makeImageFolder(folder, size, 32, files)
      makeRecordFolder(`${folder}-records`, folder, files)
      for (const cores of coreCounts())
        rows.push(...(await compare(readersOf(folder, python), { cores, rounds, seconds, images: nameOf(size) })))
    }
    if (json) console.log(JSON.stringify({ cores: cpus().length, processor: cpus()[0]?.model, rounds, seconds, rows }))
    else printTable(rows)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Fewer cores than all are set aside by Linux' taskset. */
const coreCounts = () =>
  existsSync('/usr/bin/taskset')
    ? [...new Set([1, 2, availableParallelism()])].filter((cores) => cores <= availableParallelism())
    : [availableParallelism()]

interface Round {
  readonly cores: number
  readonly rounds: number
  readonly seconds: number
  readonly images: string
}

async function compare(
  readers: ReturnType<typeof readersOf>,
  { cores, rounds, seconds, images }: Round,
): Promise<Row[]> {
  const measured: Rate[][] = []
  for (let round = 0; round < rounds; round++) {
    const one: Rate[] = []
    for (const reader of readers) {
      process.stderr.write(`${images}, ${cores} cores, round ${round + 1} of ${rounds}: ${reader.name}\n`)
      one.push(await measure(reader, reader.folder, { cores, seconds }))
    }
    measured.push(one)
  }
  return readers.map(({ name }, i) => ({
    images,
    cores,
    name,
    imagesPerSecond: median(measured.map((round) => round[i]!.imagesPerSecond)),
    imagesPerCoreSecond: median(measured.map((round) => round[i]!.imagesPerCoreSecond)),
    ratio: median(measured.map((round) => round[0]!.imagesPerSecond / round[i]!.imagesPerSecond)),
    coreRatio: median(measured.map((round) => round[0]!.imagesPerCoreSecond / round[i]!.imagesPerCoreSecond)),
  }))
}

interface HowLong {
  readonly cores: number
  readonly seconds: number
  readonly signal?: AbortSignal
}

/** The JSON that a reader prints as its last line. */
export async function measure(
  { command, args }: Reader,
  folder: string,
  { cores, seconds, signal }: HowLong,
): Promise<Rate> {
  const all = [...args, folder, String(cores), String(seconds)]
  const pinned =
    cores < availableParallelism()
      ? { command: '/usr/bin/taskset', args: ['-c', `0-${cores - 1}`, command, ...all] }
      : { command, args: all }
  const { stdout } = await promisify(execFile)(pinned.command, pinned.args, {
    env: {
      ...process.env,
      TF_ENABLE_ONEDNN_OPTS: '1',
      TF_CPP_MIN_LOG_LEVEL: '2',
      UV_THREADPOOL_SIZE: String(Math.max(4, cores)),
    },
    maxBuffer: 1 << 24,
    ...(signal && { signal, killSignal: 'SIGKILL' }),
  })
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Rate
}

function printTable(rows: readonly Row[]): void {
  console.log('Input to 224 px, medians; a ratio is the first row of the same images and cores over the row')
  console.log(
    `${'images'.padEnd(9)} ${'cores'.padStart(5)}  ${''.padEnd(30)} ${'images/s'.padStart(9)} ${'ratio'.padStart(6)} ${'per core s'.padStart(10)} ${'ratio'.padStart(6)}`,
  )
  for (const { images, cores, name, imagesPerSecond, ratio, imagesPerCoreSecond, coreRatio } of rows) {
    const figures = [
      imagesPerSecond.toFixed(0).padStart(9),
      ratio.toFixed(2).padStart(6),
      imagesPerCoreSecond.toFixed(0).padStart(10),
      coreRatio.toFixed(2).padStart(6),
    ]
    console.log(`${images.padEnd(9)} ${String(cores).padStart(5)}  ${name.padEnd(30)} ${figures.join(' ')}`)
  }
}
