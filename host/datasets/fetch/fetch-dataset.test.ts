import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { execFileSync } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DatasetError, UsageError } from '../../../shared/errors.ts'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import { catalogue, fetchable, findFetchable, type FetchableName, type FetchableDataset } from './catalogue.ts'
import { fetchDataset } from './fetch-dataset.ts'

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')
/** Does not shrink when it is packed. */
const content = Buffer.concat(Array.from({ length: 5000 }, (_, i) => createHash('sha256').update(String(i)).digest()))
const packed = gzipSync(content)

/** A dataset of one packed file. */
const small = (changes: Partial<FetchableDataset> = {}): FetchableDataset => ({
  title: '',
  licence: '',
  places: ['http://127.0.0.1:1'],
  downloads: [{ file: 'images.gz', md5: md5(packed), form: 'gzip' }],
  files: [{ name: 'images', md5: md5(content) }],
  classes: { file: 'classes.txt', names: ['a', 'b'] },
  ...changes,
})

/** Serves files with byte ranges; tells what was asked for. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.closeAllConnections())
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function sendRange(request: IncomingMessage, response: ServerResponse, bytes: Buffer, stopAfter = Infinity): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (start >= bytes.length) return void response.writeHead(416).end()
  const headers = {
    'content-length': bytes.length - start,
    ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
  }
  response.writeHead(start > 0 ? 206 : 200, headers)
  const part = bytes.subarray(start, start + stopAfter)
  if (part.length === bytes.length - start) return void response.end(part)
  // What was sent must have arrived before the connection breaks.
  response.write(part, () => setTimeout(() => response.destroy(), 100))
}

const fetched = (folder: string, mirror: string, dataset = small()) =>
  fetchDataset(dataset, folder, { mirror, say: () => undefined })

describe('fetching a dataset', () => {
  it('unpacks what it downloads, checks it and names the classes', async () => {
    const folder = join(temporaryFolder(), 'digits')
    const seen: number[] = []
    const mirror = await serve((request, response) => sendRange(request, response, packed))
    await fetchDataset(small(), folder, {
      mirror,
      say: () => undefined,
      onBytes: () => (done, total) => seen.push(done / total!),
    })
    expect(readFileSync(join(folder, 'images'))).toEqual(content)
    expect(readFileSync(join(folder, 'classes.txt'), 'utf8')).toBe('a\nb\n')
    expect(seen.at(-1)).toBe(1)
    expect(existsSync(`${folder}.download`)).toBe(false)
    await expect(fetched(folder, mirror)).rejects.toThrow(/is there already; remove it/)
  })

  it('goes on where it was interrupted', async () => {
    const folder = join(temporaryFolder(), 'digits')
    const ranges: (string | undefined)[] = []
    const mirror = await serve((request, response) => {
      ranges.push(request.headers.range)
      // The line breaks, and then the server is gone for a while.
      if (ranges.length === 2) response.writeHead(503).end()
      else sendRange(request, response, packed, ranges.length === 1 ? 60_000 : Infinity)
    })
    await expect(fetched(folder, mirror)).rejects.toThrow(DatasetError)
    expect(existsSync(folder)).toBe(false)
    expect(readFileSync(`${folder}.download/images.gz.part`)).toEqual(packed.subarray(0, 60_000))
    await fetched(folder, mirror)
    expect(ranges).toEqual([undefined, 'bytes=60000-', 'bytes=60000-'])
    expect(readFileSync(join(folder, 'images'))).toEqual(content)
  })

  it('takes up a line that broke', async () => {
    const folder = join(temporaryFolder(), 'digits')
    const ranges: (string | undefined)[] = []
    const mirror = await serve((request, response) => {
      ranges.push(request.headers.range)
      sendRange(request, response, packed, ranges.length === 1 ? 60_000 : Infinity)
    })
    await fetched(folder, mirror)
    expect(ranges).toEqual([undefined, 'bytes=60000-'])
  })

  it('begins anew where the server cannot go on, or what is there belongs to another file', async () => {
    const whole = await serve(
      (_, response) => void response.writeHead(200, { 'content-length': packed.length }).end(packed),
    )
    const ranged = await serve((request, response) => sendRange(request, response, packed))
    for (const mirror of [whole, ranged]) {
      const folder = join(temporaryFolder(), 'digits')
      mkdirSync(`${folder}.download`)
      writeFileSync(`${folder}.download/images.gz.part`, 'something else')
      await fetched(folder, mirror)
      expect(readFileSync(join(folder, 'images'))).toEqual(content)
    }
  })

  it('keeps nothing with a wrong checksum', async () => {
    const folder = join(temporaryFolder(), 'digits')
    const mirror = await serve((request, response) => sendRange(request, response, Buffer.from('another file')))
    await expect(fetched(folder, mirror)).rejects.toThrow(/does not have the checksum that it should/)
    const right = await serve((request, response) => sendRange(request, response, packed))
    await expect(fetched(folder, right, small({ files: [{ name: 'images', md5: md5(packed) }] }))).rejects.toThrow(
      /images as .* delivered it has other images than it should/,
    )
    await expect(fetched(folder, right, small({ files: [{ name: 'labels', md5: '' }] }))).rejects.toThrow(
      /has no labels/,
    )
    expect(existsSync(folder)).toBe(false)
  })

  it('says in one sentence that nothing can be reached', async () => {
    const folder = join(temporaryFolder(), 'digits')
    const missing = await serve((_, response) => void response.writeHead(404).end())
    await expect(fetched(folder, missing)).rejects.toThrow(
      `The dataset could not be fetched: ${missing}/images.gz answered 404; check the network and try again, or give its files in a folder to "anneal datasets add".`,
    )
  })

  it('unpacks an archive, and counts the images of its classes', async () => {
    const source = temporaryFolder()
    for (const split of ['train', 'val'])
      for (const name of ['a', 'b']) {
        mkdirSync(join(source, 'set', split, name), { recursive: true })
        writeFileSync(join(source, 'set', split, name, '1.jpg'), name)
      }
    const archive = execFileSync('tar', ['-czf', '-', '-C', source, 'set'])
    const mirror = await serve((request, response) => sendRange(request, response, archive))
    const dataset = (train: number) =>
      small({
        downloads: [{ file: 'set.tgz', md5: md5(archive), form: 'tar.gz', folder: 'set' }],
        files: [],
        folders: { classes: 2, images: { train, val: 2 } },
      })
    const folder = join(temporaryFolder(), 'set')
    await expect(fetched(folder, mirror, dataset(3))).rejects.toThrow(/has 2 train images in 2 classes and not 3 in 2/)
    await fetched(folder, mirror, dataset(2))
    expect(readFileSync(join(folder, 'val/b/1.jpg'), 'utf8')).toBe('b')
  })
})

describe('the catalogue', () => {
  it('knows what can be fetched', () => {
    expect(() => findFetchable('imagenet')).toThrow(
      new UsageError(
        'There is no dataset imagenet to fetch; choose one of cifar10, cifar100, fashion-mnist, mnist, imagenette.',
      ),
    )
    expect(() => findFetchable('toString')).toThrow(UsageError)
  })

  it.each(fetchable)('has a checksum for every file of $name', ({ name }) => {
    const dataset: FetchableDataset = catalogue[name as FetchableName]
    for (const sum of [...dataset.downloads, ...(dataset.files ?? [])].map((file) => file.md5))
      expect(sum).toMatch(/^[0-9a-f]{32}$/)
    expect(dataset.files ?? dataset.folders).toBeDefined()
  })
})
