import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { Workbench } from '../../host/workbench.ts'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import { Assistant } from '../../host/training/assistant.ts'
import { NodeStarter } from '../../host/training/trainer/node-starter.ts'
import type { TrainerOptions, TrainerProcess } from '../../host/training/trainer/trainer-process.ts'
import { DatasetError, UsageError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { serveImagesOf } from '../fixtures/image-line.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

const WAIT = { timeout: 60_000, interval: 20 }
let folder: string
let root: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-'))
  root = await makeTinyDataset(join(folder, 'halves'))
})
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 10 }))

class RecordingStarter extends NodeStarter {
  readonly started: TrainerProcess[] = []

  override start(options: TrainerOptions): TrainerProcess {
    const trainer = super.start(options)
    this.started.push(trainer)
    return trainer
  }
}

/** A host of a home with one dataset, and what opens lines to the trainer that answers its pages about images. */
async function open() {
  const starter = new RecordingStarter()
  const workbench = new Workbench(new Home(mkdtempSync(join(folder, 'home-'))), starter)
  await workbench.datasets.add('halves', root)
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  onTestFinished(async () => {
    host.kill()
    await host.close()
  })
  const lost: unknown[] = []
  host.listen((name, ...args) => name === 'imagesLost' && lost.push(...args))
  return { calls: host.calls, openLine: await serveImagesOf(host), lost, starter }
}

const recipe = (dataset: string, holdOut = {}) =>
  parseRecipe({
    model: { architecture: 'resnet8' },
    data: { dataset, imageSize: 24, evaluationResize: 24, channels: 1, mean: [128], std: [64], ...holdOut },
  })

describe('a page', () => {
  it('lists, sees and previews the images of a dataset, and of no other folder', async () => {
    const { remote, listed } = await (await open()).openLine()
    const page = await remote.listImages({ dataset: 'halves', split: 'train', label: 1, offset: 2, limit: 3 })
    expect(page).toMatchObject({ classes: ['left', 'right'], total: 24 })
    expect(page.images.every(({ label, file }) => label === 1 && existsSync(join(root, file)))).toBe(true)
    await expect.poll(() => listed.at(-1), WAIT).toEqual(['halves', 64, 64])
    const [thumbnail] = await remote.thumbnails({ dataset: 'halves', split: 'train', samples: [0], size: 16 })
    // How a JPEG file begins.
    expect([...thumbnail!.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
    const wanted = { split: 'train' as const, epoch: 0, samples: [page.images[0]!.index] }
    const [shown] = await remote.previewSamples({ recipe: recipe('halves'), ...wanted })
    expect(shown).toMatchObject({ className: 'right', label: 1, height: 24, width: 24, channels: 1 })
    expect(shown!.augmented).toHaveLength(24 * 24)
    expect(await remote.previewSamples({ recipe: recipe(root), ...wanted })).toEqual([shown])

    await expect(remote.previewSamples({ recipe: recipe('/etc'), ...wanted })).rejects.toThrow(DatasetError)
    for (const dataset of ['../halves', '/etc', 'unknown']) {
      await expect(remote.listImages({ dataset, split: 'train', offset: 0, limit: 1 })).rejects.toThrow(DatasetError)
      await expect(remote.describeDataset({ dataset })).rejects.toThrow(DatasetError)
    }
  })

  it('sees images without splits as the recipe splits them, so that previews are of those that were asked for', async () => {
    const { calls, openLine } = await open()
    const { remote } = await openLine()
    await calls.addDataset(join(root, 'train'), 'whole')
    const list = async (holdOut?: { validationShare: number; splitSeed: number }) =>
      (await remote.listImages({ dataset: 'whole', split: 'val', offset: 0, limit: 1000, ...(holdOut && { holdOut }) }))
        .images
    const holdOut = { validationShare: 0.5, splitSeed: 7 }
    expect(await remote.describeDataset({ dataset: 'whole', holdOut })).toMatchObject({
      images: { train: 24, val: 24 },
      classes: 2,
      isHeldOut: true,
      colours: { isGrey: true },
    })
    const [byDefault, images] = [await list(), await list(holdOut)]
    expect([byDefault.length, images.length]).toEqual([4, 24])
    expect(await list()).toEqual(byDefault)
    const wanted = { split: 'val' as const, epoch: 0, samples: images.map(({ index }) => index) }
    const shown = await remote.previewSamples({ recipe: recipe('whole', holdOut), ...wanted })
    expect(shown.map(({ label }) => label)).toEqual(images.map(({ label }) => label))
    await expect(remote.previewSamples({ recipe: recipe('whole'), ...wanted })).rejects.toThrow(/There is no sample/)
  })

  it('sees a folder as it was until it is checked or added anew', async () => {
    const { calls, openLine } = await open()
    const grown = join(folder, 'grown')
    cpSync(root, grown, { recursive: true })
    await calls.addDataset(grown, 'grown')
    const { remote } = await openLine()
    const count = async () => (await remote.listImages({ dataset: 'grown', split: 'train', offset: 0, limit: 1 })).total
    const before = await count()
    const [file] = (await remote.listImages({ dataset: 'grown', split: 'train', offset: 0, limit: 1 })).images
    const copy = (name: string) => cpSync(join(grown, file!.file), join(grown, 'train/left', name))
    copy('one-more.png')
    expect(await count()).toBe(before)
    await calls.checkDataset('grown')
    expect(await count()).toBe(before + 1)
    copy('another.png')
    await calls.removeDataset('grown')
    await expect(count()).rejects.toThrow(DatasetError)
    await calls.addDataset(grown, 'grown')
    expect(await count()).toBe(before + 2)
  })

  it('is told why the trainer was lost, and is answered by the next one; another page shares it', async () => {
    const { openLine, lost, starter } = await open()
    const [one, other] = [await openLine(), await openLine()]
    const list = (line: typeof one) => line.remote.listImages({ dataset: 'halves', split: 'val', offset: 0, limit: 1 })
    expect(await list(one)).toEqual(await list(other))
    expect(starter.started).toHaveLength(1)
    const closed = [once(one.socket, 'close'), once(other.socket, 'close')]
    starter.started[0]!.kill()
    await Promise.all(closed)
    await expect.poll(() => lost, WAIT).toHaveLength(2)
    expect(lost[0]).toMatch(/^The trainer process was killed by SIGKILL/)
    expect((await list(await openLine())).total).toBe(16)
  })
})

it('keeps its trainer while the line is open, and no longer', async () => {
  const place = { root, cacheFolder: mkdtempSync(join(folder, 'cache-')) }
  const starter = new NodeStarter()
  const assistant = new Assistant(() => starter.start({ environment: {}, datasetOf: () => Promise.resolve(place) }), 30)
  onTestFinished(() => assistant.end())
  const openLine = await serveImagesOf({
    serve: () => undefined,
    serveImages: (line) => void assistant.serve(line),
  })
  const { remote, socket } = await openLine()
  await remote.listImages({ dataset: 'halves', split: 'val', offset: 0, limit: 1 })
  await setTimeout(300)
  expect(assistant.pid).toBeDefined()
  socket.close()
  await expect.poll(() => assistant.pid, WAIT).toBeUndefined()
})

describe('what is refused', () => {
  it('are calls with other arguments than the contract has', async () => {
    const { remote } = await (await open()).openLine()
    const listing = { dataset: 'halves', split: 'train', offset: 0, limit: 1 }
    const thumbnails = { dataset: 'halves', split: 'train', samples: [0], size: 64 }
    for (const [name, ...args] of [
      ['thumbnails', { ...thumbnails, samples: new Array<number>(257).fill(0) }],
      ['thumbnails', { ...thumbnails, samples: [-1] }],
      ['thumbnails', { ...thumbnails, size: 1e6 }],
      ['listImages', { ...listing, limit: 1e6 }],
      ['listImages', { ...listing, split: '../train' }],
      ['listImages', { ...listing, root: '/etc', cacheFolder: '/tmp' }],
      ['listImages', listing, listing],
      ['listImages'],
      ['previewSamples', { recipe: recipe('halves'), split: 'train', epoch: -1, samples: [0] }],
    ] as const) {
      const error = await callOf(remote, name)(...args).catch((failure: unknown) => failure)
      expect(error).toBeInstanceOf(UsageError)
      expect((error as Error).message).toContain(`The call ${name} was made wrongly`)
    }
    const bad = { recipe: { model: { architectur: 'resnet8' } }, split: 'train', epoch: 0, samples: [0] }
    await expect(callOf(remote, 'previewSamples')(bad)).rejects.toThrow('did you mean model.architecture?')
    for (const name of ['train', 'checkDataset', 'servePage', 'forgetDataset', 'ping', '__proto__', 'constructor'])
      await expect(callOf(remote, name)(), name).rejects.toThrow('not found')
    expect((await remote.thumbnails({ dataset: 'halves', split: 'train', samples: [0], size: 64 })).length).toBe(1)
  })

  it('are messages that cannot be read, which end the line', async () => {
    const { openLine } = await open()
    for (const [message, ...statuses] of [
      ['hello', 1003],
      [Buffer.of(0x93, 1), 1003],
      // The rest of the message may meet a socket that is closed already.
      [Buffer.alloc(5 * 1024 ** 2), 1009, 1006],
    ] as const) {
      const { socket } = await openLine()
      socket.on('error', () => undefined)
      const closed = once(socket, 'close')
      socket.send(message)
      expect(statuses).toContain((await closed)[0])
    }
  })
})

const callOf = (remote: object, name: string) =>
  (remote as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]!
