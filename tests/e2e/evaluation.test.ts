import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it, vi } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { Workbench } from '../../host/workbench.ts'
import type { Corrections } from '../../shared/run-folder/corrections.ts'
import { findings } from '../fixtures/axe.ts'
import { buildWindow } from '../fixtures/electron.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { openPage, serve } from '../fixtures/serve.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'
import { go, newHome, PATIENCE, tinyRecipe } from './workbench-flow.ts'

beforeAll(() => buildWindow())

it("says where the run's own images were found, when they are no longer where they were", async () => {
  const home = join(temporaryFolder(), 'home')
  cpSync(join(import.meta.dirname, '../fixtures/home-of-the-first-version'), home, { recursive: true })
  const page = await openPage(await serve(home))
  await go(page, 'Evaluation')
  await page.getByRole('button', { name: 'Evaluate' }).click()
  await page
    .getByRole('cell', {
      name: /^The run's dataset fashion-mnist-mini is read from .* now, not from \/data\/fashion-mnist-mini: its images are the same\.$/,
    })
    .waitFor(PATIENCE)
})

/** A home with a run of the tiny dataset, and evaluations of its checkpoints. */
async function evaluatedHome({ epochs = 1, features = false } = {}): Promise<string> {
  const home = newHome()
  const root = await makeTinyDataset(join(temporaryFolder(), 'halves'))
  const workbench = new Workbench(new Home(home))
  await workbench.datasets.add('halves', root)
  const started = await workbench.train(tinyRecipe('halves', epochs), () => undefined)
  await started.outcome
  const run = workbench.runs.find('last')
  for (let epoch = 1; epoch <= epochs; epoch++)
    await workbench.evaluate(run, { checkpoint: `step-${4 * epoch}`, split: 'val', features })
  return home
}

it('opens the images behind every figure, and walks through them by the keys', async () => {
  const page = await openPage(await serve(await evaluatedHome()))
  await go(page, 'Evaluation')
  await page.getByRole('link', { name: /^step-/ }).click()
  const images = page.getByRole('region', { name: 'Images of the evaluation' })
  const title = images.getByRole('heading', { level: 2 }).first()
  await title.getByText(/^Wrong: /).waitFor(PATIENCE)
  await images.getByRole('button', { name: 'All', exact: true }).click()
  await title.getByText('All images: 16 images').waitFor()
  await images.locator('img').first().waitFor(PATIENCE)
  const found = await findings(page, 'confusion')

  // The first cell of the matrix: what is labelled "left" and taken for it.
  const matrix = page.getByRole('application', { name: /^Confusion matrix/ })
  await matrix.focus()
  await page.keyboard.press('ArrowRight')
  await page.getByText(/^left: right \d of 8 images/).waitFor()
  await page.keyboard.press('ArrowRight')
  await page.getByText(/^left taken for right \d of 8 images/).waitFor()
  await page.keyboard.press('Enter')
  await title.getByText(/^left taken for right: /).waitFor()

  for (const part of ['Mistakes', 'Classes', 'Curves', 'Calibration', 'Threshold']) {
    await page.getByRole('button', { name: part, exact: true }).click()
    if (part === 'Classes') await page.getByRole('button', { name: 'left', exact: true }).click()
    if (part === 'Calibration') await page.getByText('Brier score').waitFor(PATIENCE)
    if (part === 'Curves') await page.getByText(/^Average precision [\d.]+$/).waitFor(PATIENCE)
    found.push(...(await findings(page, part)))
  }
  await title.getByText(/^Labelled left, wrong: /).waitFor()
  await page.getByRole('button', { name: 'Calibration', exact: true }).click()
  await page
    .getByRole('button', { name: /^Confidence / })
    .first()
    .focus()
  await page.keyboard.press('Enter')
  await title.getByText(/^Confidence .*: [1-9]\d* images?$/).waitFor()

  await images.getByRole('button', { name: 'All', exact: true }).click()
  await images.locator('[data-position="0"]').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('1 of 16').waitFor()
  const first = await dialog.getByRole('heading', { level: 2 }).innerText()
  await dialog.getByRole('img', { name: 'The image as the network saw it' }).waitFor(PATIENCE)
  await dialog.getByText('left (label), Grad-CAM').or(dialog.getByText('right (label), Grad-CAM')).waitFor(PATIENCE)
  await dialog.getByText(/^To see the most similar training images, evaluate step-4 on this split/).waitFor(PATIENCE)
  found.push(...(await findings(page, 'image')))
  await page.keyboard.press('ArrowRight')
  await dialog.getByText('2 of 16').waitFor()
  await vi.waitFor(
    async () => expect(await dialog.getByRole('heading', { level: 2 }).innerText()).not.toBe(first),
    PATIENCE,
  )
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-position'))).toBe('1')
  await page.keyboard.press('ArrowLeft')
  await vi.waitFor(async () =>
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-position'))).toBe('0'),
  )
  expect(found).toEqual([])
})

it('two evaluations lie side by side, with the images that are fixed, broken and wrong in both', async () => {
  const page = await openPage(await serve(await evaluatedHome({ epochs: 2 })))
  await go(page, 'Evaluation')
  await page.getByRole('link', { name: 'step-4', exact: true }).click()
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await page.getByText('Images in both').waitFor(PATIENCE)
  const figures = page.getByRole('region', { name: 'Figures' })
  const told = async (name: string) =>
    Number(/^\d+/.exec(await figures.locator(`dt:text-is("${name}") + dd`).innerText())![0])
  const names = ['Right in both', 'Fixed: wrong in A, right in B', 'Broken: right in A, wrong in B', 'Wrong in both']
  const counts = await Promise.all(names.map(told))
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(16)
  const images = page.getByRole('region', { name: 'Images of the comparison' })
  const found = await findings(page, 'comparison')
  const lists = [
    ['Fixed', counts[1]],
    ['Broken', counts[2]],
    ['Wrong in both', counts[3]],
  ] as const
  for (const [list, count] of lists) {
    await images.getByRole('button', { name: `${list} ${count}`, exact: true }).click()
    if (count === 0) await images.getByText('No image here').waitFor()
    else {
      await images.locator('img').first().waitFor(PATIENCE)
      await images.locator('[data-position="0"]').click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText(`1 of ${count}`).waitFor()
      await dialog.getByRole('button', { name: 'B', exact: true }).click()
      await dialog.getByRole('img', { name: 'The image as the network saw it' }).waitFor(PATIENCE)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
    }
  }
  // After one epoch the tiny network is not done, so there is something to look at.
  expect(counts[1]! + counts[2]! + counts[3]!).toBeGreaterThan(0)
  expect(found).toEqual([])
})

it('what was learned and forgotten is shown checkpoint by checkpoint, and what was not evaluated yet can be', async () => {
  const home = await evaluatedHome({ epochs: 2 })
  const [run] = readdirSync(join(home, 'runs'))
  rmSync(join(home, 'runs', run!, 'evaluation/step-4-val'), { recursive: true })
  const page = await openPage(await serve(home))
  await go(page, 'Evaluation')
  await page.getByRole('link', { name: 'step-8', exact: true }).click()
  await page.getByRole('link', { name: 'Over the checkpoints' }).click()
  await page.getByText('1 checkpoint of the run not evaluated on these images.').waitFor(PATIENCE)
  await page.getByText('There is one checkpoint only').waitFor()
  await page.getByRole('button', { name: 'Evaluate', exact: true }).click()
  const picture = page.getByRole('application', { name: /^Images by checkpoints/ })
  await page.getByText('There is one checkpoint only').waitFor({ state: 'detached', ...PATIENCE })
  await page.getByText('step-4', { exact: true }).waitFor(PATIENCE)
  const found = await findings(page, 'learning')
  const images = page.getByRole('region', { name: 'Images of the history' })
  const counts = await images.getByRole('group', { name: 'Images' }).innerText()
  expect([...counts.matchAll(/\d+/g)].reduce((sum, [count]) => sum + Number(count), 0)).toBe(16)

  await picture.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  await page.getByText(/: \d+ images?, [\d.]+% right at step-8$/).waitFor()
  await page.keyboard.press('Enter')
  await images.getByRole('heading', { name: /^(Learned at step-\d|Never learned).*: [1-9]\d* images?$/ }).waitFor()
  await images.locator('img').first().waitFor(PATIENCE)

  await page.getByRole('button', { name: 'Checkpoints', exact: true }).click()
  await page.getByRole('button', { name: /^\d+ learned at step-4$/ }).click()
  await images.getByRole('heading', { name: /^Learned at step-4: / }).waitFor()
  found.push(...(await findings(page, 'checkpoints')))
  await page.getByRole('button', { name: 'Classes', exact: true }).click()
  await page.getByRole('button', { name: 'left', exact: true }).click()
  await images.getByRole('heading', { name: /^left, forgotten: / }).waitFor()
  found.push(...(await findings(page, 'drift')))
  expect(found).toEqual([])
})

it('labels are checked with one key a decision, which a recipe takes up', async () => {
  const home = await evaluatedHome({ features: true })
  const page = await openPage(await serve(home))
  await go(page, 'Evaluation')
  await page.getByRole('link', { name: /^step-/ }).click()
  await page.getByRole('button', { name: 'Labels', exact: true }).click()
  await page.getByText('Label likely wrong').waitFor(PATIENCE)
  await page.getByRole('button', { name: 'Find alike and odd images' }).click()
  await page.getByRole('button', { name: /^Check \d+ of Unlike all others$/ }).click(PATIENCE)
  const dialog = page.getByRole('dialog')
  const heading = dialog.getByRole('heading', { level: 2 })
  await dialog.getByText('1 of 16').waitFor(PATIENCE)
  const decision = dialog.getByRole('region', { name: 'Decision about the label' })
  await decision.waitFor(PATIENCE)
  const found = await findings(page, 'decision')
  const decided: string[] = []
  const press = async (keys: readonly string[], position: number) => {
    await dialog.getByText(`${position} of 16`).waitFor(PATIENCE)
    await decision.waitFor(PATIENCE)
    decided.push(await heading.innerText())
    for (const key of keys) await page.keyboard.press(key)
    await dialog.getByText(`${position + 1} of 16`).waitFor(PATIENCE)
  }
  await press(['x'], 1)
  await press(['r'], 2)
  await press(['u'], 3)
  await press(['s'], 4)
  await decision.waitFor(PATIENCE)
  await page.keyboard.press('l')
  await page.keyboard.type('neither')
  await page.keyboard.press('Enter')
  await decision.getByText('There is no class neither; choose one of the list.').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('1 with another label, 1 left out, 1 right as they are, 1 undecided.').waitFor()
  const images = page.getByRole('region', { name: 'Images of the evaluation' })
  await images.getByText('left out').waitFor()
  found.push(...(await findings(page, 'labels')))

  const file = join(home, 'corrections/halves.json')
  const kept = (JSON.parse(readFileSync(file, 'utf8')) as Corrections).corrections
  expect(kept.map(({ path }) => path)).toEqual(decided)
  expect(kept.map((one) => one.decision)).toEqual(['exclude', 'right', 'undecided', 'label'])
  const relabelled = kept[3] as Extract<Corrections['corrections'][number], { decision: 'label' }>
  expect([relabelled.given, relabelled.label].sort()).toEqual(['left', 'right'])

  // They are there when the page is opened again, and "Check" goes on where it was left.
  await page.reload()
  await page.getByRole('button', { name: 'Labels', exact: true }).click(PATIENCE)
  await page.getByRole('button', { name: 'Find alike and odd images' }).click(PATIENCE)
  await page.getByRole('button', { name: /^Check \d+ of Unlike all others$/ }).click(PATIENCE)
  await dialog.getByText('5 of 16').waitFor(PATIENCE)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Train with them' }).click()
  await vi.waitFor(
    async () => expect(await page.getByRole('textbox', { name: 'Corrections' }).inputValue()).toBe(file),
    PATIENCE,
  )
  expect(found).toEqual([])
})

it('the worst slices are listed, and all figures are those of a slice that is chosen', async () => {
  const page = await openPage(await serve(await evaluatedHome()))
  await go(page, 'Evaluation')
  await page.getByRole('link', { name: /^step-/ }).click()
  await page.getByRole('button', { name: 'Slices', exact: true }).click()
  await page.getByRole('button', { name: 'Measure the images' }).click(PATIENCE)
  const found: string[] = []
  await page.getByText('0 slices looked at').waitFor(PATIENCE)
  await page.getByLabel('of at least').fill('8')
  await page.getByLabel('Slices by').selectOption('folder')
  await page.getByRole('button', { name: 'folder val/left' }).click()
  await page.getByText('8 of 16 samples: slice folder val/left').waitFor()
  found.push(...(await findings(page, 'slices')))
  const images = page.getByRole('region', { name: 'Images of the evaluation' })
  await images.getByRole('button', { name: 'All', exact: true }).click()
  await images.getByText('All images: 8 images').waitFor()
  await page.getByRole('button', { name: 'Calibration', exact: true }).click()
  await page.getByText('Brier score').waitFor(PATIENCE)
  await page.getByRole('button', { name: 'Curves', exact: true }).click()
  // All that is labelled is of the class of the folder.
  await page.getByText('Average precision 1', { exact: true }).waitFor(PATIENCE)
  await page.getByRole('button', { name: 'Confusion', exact: true }).click()
  const matrix = page.getByRole('application', { name: /^Confusion matrix/ })
  await matrix.focus()
  await page.keyboard.press('ArrowRight')
  await page.getByText(/^left: right \d of 8 images/).waitFor()
  await page.getByRole('button', { name: 'All samples' }).click()
  await images.getByText('All images: 16 images').waitFor()
  // What was measured is kept.
  await page.reload()
  await page.getByRole('button', { name: 'Slices', exact: true }).click(PATIENCE)
  await page.getByText('0 slices looked at').waitFor(PATIENCE)
  expect(found).toEqual([])
})

it('a map of the features is made once, and images inside a box or a lasso are those of all figures', async () => {
  const home = await evaluatedHome({ features: true })
  const page = await openPage(await serve(home))
  const openMap = async () => {
    await go(page, 'Evaluation')
    await page.getByRole('link', { name: /^step-/ }).click()
    await page.getByRole('button', { name: 'Map', exact: true }).click()
  }
  await openMap()
  await page.getByText('No map has been made yet').waitFor(PATIENCE)
  const found = await findings(page, 'no map')
  await page.getByRole('button', { name: 'Make the map' }).click()
  const map = page.getByRole('application', { name: /^Map of the images/ })
  await map.waitFor(PATIENCE)
  await page.getByRole('button', { name: /^left 8$/ }).waitFor()
  found.push(...(await findings(page, 'map')))

  // A box around all, by the keys alone.
  await map.focus()
  await page.keyboard.press('b')
  const press = async (key: string) => {
    for (let i = 0; i < 30; i++) await page.keyboard.press(key)
  }
  for (const key of [
    'ArrowLeft',
    'ArrowUp',
    'Shift+ArrowRight',
    'Shift+ArrowRight',
    'Shift+ArrowDown',
    'Shift+ArrowDown',
  ])
    await press(key)
  await page.keyboard.press('Enter')
  await page.getByText('16 of 16 samples: inside the lasso on the map').waitFor()
  await page.getByRole('button', { name: 'All samples' }).click()

  // All of it in the middle, where it is quickly found by the pointer.
  await map.focus()
  await press('-')
  const { x, y, width, height } = (await map.boundingBox())!
  const told = page.getByText(/, taken for /)
  const spots = Array.from({ length: 400 }, (_, i) => ({
    x: x + width * (0.24 + (0.52 * (i % 20)) / 19),
    y: y + height * (0.24 + (0.52 * Math.floor(i / 20)) / 19),
  }))
  for (const spot of spots) {
    await page.mouse.move(spot.x, spot.y)
    if (await told.first().isVisible()) break
  }
  await map.locator('img').waitFor(PATIENCE)
  await page.mouse.down()
  await page.mouse.up()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('1 of 16').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Lasso' }).click()
  const corners = [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.9, 0.9],
    [0.1, 0.9],
  ] as const
  for (const [i, [right, down]] of corners.entries()) {
    await page.mouse.move(x + right * width, y + down * height)
    if (i === 0) await page.mouse.down()
  }
  await page.mouse.up()
  await page.getByText('16 of 16 samples: inside the lasso on the map').waitFor()
  await page.getByRole('heading', { name: 'All images: 16 images' }).waitFor()

  await openMap()
  await map.waitFor(PATIENCE)
  expect(found).toEqual([])
})

it('an evaluation and a comparison are saved as pages that need nothing beside them', async () => {
  const page = await openPage(await serve(await evaluatedHome({ epochs: 2 })))
  await go(page, 'Evaluation')
  await page.getByRole('link', { name: 'step-4', exact: true }).click()
  const saved = async () => {
    const button = page.getByRole('button', { name: 'Save as HTML' })
    const [download] = await Promise.all([page.waitForEvent('download', PATIENCE), button.click(PATIENCE)])
    const file = join(temporaryFolder(), download.suggestedFilename())
    await download.saveAs(file)
    const opened = await page.context().browser()!.newPage()
    const asked: string[] = []
    opened.on('request', (request) => asked.push(new URL(request.url()).protocol))
    await opened.goto(`file://${file}`)
    expect(asked.filter((protocol) => protocol !== 'data:')).toEqual(['file:'])
    return opened
  }
  const evaluation = await saved()
  await evaluation.getByRole('heading', { name: 'Confusion' }).waitFor()
  expect(await evaluation.getByText('16 images').count()).toBeGreaterThan(0)
  const found = await findings(evaluation, 'saved evaluation')
  await evaluation.close()

  await page.getByRole('button', { name: 'Compare', exact: true }).click(PATIENCE)
  await page.getByText('Images in both').waitFor(PATIENCE)
  const comparison = await saved()
  await comparison.getByText(/^Broken: right in A, wrong in B \(/).waitFor()
  found.push(...(await findings(comparison, 'saved comparison')))
  expect(found).toEqual([])
})

it('pictures that are dropped on the page are shown to a network, as the command line does it', async () => {
  const home = await evaluatedHome()
  const page = await openPage(await serve(home))
  await go(page, 'Runs')
  const { root } = await new Workbench(new Home(home)).datasets.resolve('halves')
  const files = ['left', 'right'].map((name) => {
    const folder = join(root, 'val', name)
    return join(folder, readdirSync(folder)[0]!)
  })
  const bytes = [...files.map((file) => readFileSync(file)), Buffer.from('no picture')]
  const dropped = await page.evaluateHandle(
    (all) => {
      const data = new DataTransfer()
      all.forEach((text, i) => {
        const content = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
        data.items.add(new File([content], `picture ${i + 1}.png`, { type: 'image/png' }))
      })
      return data
    },
    bytes.map((content) => content.toString('base64')),
  )
  await page.dispatchEvent('main', 'drop', { dataTransfer: dropped })
  const cards = page.getByRole('list', { name: 'Pictures' })
  await cards.getByText(/^The picture cannot be read: /).waitFor(PATIENCE)
  expect(await cards.getByRole('listitem').count()).toBe(3)

  const predicted = await runCli(home, 'predict', 'last', ...files, '--json')
  const { images } = JSON.parse(predicted.stdout) as {
    images: { file: string; classes: { name: string; probability: number }[] }[]
  }
  for (const [i, file] of files.entries()) {
    const { classes } = images.find((one) => file.endsWith(one.file))!
    const rows = cards.getByRole('table', { name: `Likeliest classes of picture ${i + 1}.png` }).getByRole('row')
    const shown = await rows.allInnerTexts()
    const said = classes.map(({ name, probability }) => ({ name, share: 100 * probability }))
    const seen = shown.map((row) => row.split(/\s+/))
    expect(seen.map(([name]) => name)).toEqual(said.map(({ name }) => name))
    // Rounded to hundredths, and the command line folds batch norm into the convolutions.
    seen.forEach(([, text], row) => expect(Math.abs(parseFloat(text!) - said[row]!.share)).toBeLessThan(0.0051))
  }
  await cards
    .getByRole('img', { name: /^Where the network sees signs of / })
    .first()
    .waitFor(PATIENCE)
  expect(await findings(page, 'pictures')).toEqual([])
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByText('No picture yet').waitFor()
})
