import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { Workbench } from '../../host/workbench.ts'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { canHang, hang } from '../fixtures/hanging-disk.ts'
import { serveImagesOf } from '../fixtures/image-line.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

const SILENT = /The dataset's folder .*far does not answer; check that its disk and the network to it are there/

/** A host of a home with a dataset here and one far away, whose disk can be cut off. */
async function open() {
  const folder = temporaryFolder()
  const [near, far] = [join(folder, 'near'), join(folder, 'far')]
  await makeTinyDataset(near)
  await makeTinyDataset(far)
  const workbench = new Workbench(new Home(join(folder, 'home')))
  await workbench.datasets.add('near', near)
  await workbench.datasets.add('far', far)
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  onTestFinished(async () => {
    host.kill()
    await host.close()
  })
  const openLine = await serveImagesOf(host)
  const list = (dataset: string, { remote }: Awaited<ReturnType<typeof openLine>>) =>
    remote.listImages({ dataset, split: 'val', offset: 0, limit: 1 })
  return { host, workbench, openLine, list, folder, cutOff: () => hang(far) }
}

it.runIf(canHang)(
  'a dataset whose disk does not answer is told of by name, and keeps nothing else waiting',
  async () => {
    const { host, openLine, list, folder, cutOff } = await open()
    cutOff()
    const line = await openLine()
    const far = expect(list('far', line)).rejects.toThrow(SILENT)
    const { calls } = host
    const recipe = parseRecipe({ data: { dataset: 'far' } })
    const others = [
      expect(calls.startRun(recipe)).rejects.toThrow(SILENT),
      expect(calls.checkDataset('far')).rejects.toThrow(SILENT),
      expect(calls.addDataset(join(folder, 'far'), 'again')).rejects.toThrow(SILENT),
      expect(calls.addDataset(join(folder, 'far'))).rejects.toThrow(SILENT),
      expect(calls.listDatasets()).resolves.toMatchObject([
        { name: 'far', problem: expect.stringMatching(SILENT) as string },
        { name: 'fashion-mnist-mini' },
        { name: 'near' },
      ]),
    ]
    const machine = calls.describeMachine()
    const first = await Promise.race([far.then(() => 'far'), list('near', line).then(() => 'near')])
    expect(first).toBe('near')
    expect((await machine).devices).not.toEqual([])
    await Promise.all([far, ...others])
  },
)

it.runIf(canHang)(
  'a disk that stops answering later ends the trainer that waits for it; what else it was asked is answered by another',
  async () => {
    const { host, openLine, list, folder, cutOff } = await open()
    const line = await openLine()
    await list('far', line)
    const lost: unknown[] = []
    host.listen((name, ...args) => name === 'imagesLost' && lost.push(args[0]))
    // The folder itself answers when the trainer sets out.
    hang(join(folder, 'far/val/left'))
    const thumbnails = line.remote.thumbnails({ dataset: 'far', split: 'val', samples: [0], size: 16 })
    await setTimeout(1000)
    cutOff()
    // Nobody can close its end of the line: the page does that, when it is told.
    await expect.poll(() => lost, { timeout: 60_000 }).toEqual([expect.stringMatching(SILENT)])
    line.socket.terminate()
    await expect(thumbnails).rejects.toThrow()
    const next = await openLine()
    expect((await list('near', next)).total).toBe(16)
    await expect(list('far', next)).rejects.toThrow(SILENT)
  },
)
