import { expect, it } from 'vitest'
import {
  classFigures,
  confusionOf,
  coverageCurve,
  largestMistakes,
  figureIntervals,
  overallFigures,
  rankByConfidence,
  reliability,
} from '../../shared/figures/index.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { evaluationHtml, type EvaluationPage } from './evaluation-report.ts'

const HOSTILE = '<script>alert(1)</script>"\'&'

/** A page of four samples: two right, one wrong, one without a guess. */
function pageOf(names: readonly string[]): EvaluationPage {
  const samples = {
    labels: Int32Array.of(0, 1, 1, 0),
    guesses: Int32Array.of(0, 1, 0, -1),
    confidences: Float32Array.of(0.9, 0.8, 0.7, NaN),
  }
  const confusion = confusionOf(samples, names.length)
  const ranking = rankByConfidence(samples)
  const sample = { path: `val/${HOSTILE}.png`, label: 1, labelProbability: 0.1, loss: 2.3, entropy: 0.5 }
  const width = names.length + 1
  const byWidth = reliability(ranking, 15, 'width')
  const byMass = reliability(ranking, 15, 'mass')
  const rows = Int32Array.from(samples.labels.keys())
  const losses = new Float32Array(rows.length).fill(1)
  const matrix = new Int32Array(names.length * width)
  samples.labels.forEach((label, i) => {
    const guess = samples.guesses[i]!
    matrix[label * width + (guess < 0 ? names.length : guess)]! += 1
  })
  return {
    title: `run, ${HOSTILE}`,
    report: {
      ...{ checkpoint: 'step-1', step: 1, split: 'val', dataset: `/data/${HOSTILE}`, images: 4, top1: 0.5, top5: 1 },
      ...{ loss: 1, seconds: 1, imagesPerSecond: 4, notes: [HOSTILE] },
      classes: names.map((name, label) => ({ name, images: label < 2 ? 2 : 0, correct: label < 2 ? 1 : 0 })),
    },
    figures: {
      overall: overallFigures(confusion),
      top5: 1,
      loss: 1,
      classes: classFigures(confusion).map((one, i) => ({ name: names[i]!, ...one })),
      mistakes: largestMistakes(confusion, 10),
      ...{ byWidth, byMass },
      intervals: figureIntervals({ classes: names.length, guesses: samples, losses, byWidth, byMass }, rows, 1),
    },
    drawings: { coverage: coverageCurve(ranking), ...(names.length < 50 && { confusion: matrix }) },
    worst: {
      samples: [
        { ...sample, guesses: [{ label: 0, probability: 0.7 }], picture: Uint8Array.of(0xff, 0xd8) },
        { ...sample, label: 0, guesses: [], picture: new Uint8Array() },
      ],
      changes: { gone: 1, relabelled: 0, added: 2, altered: false },
    },
    trained: {
      run: {
        ...{ format: 1, id: 'run', name: 'run', status: 'finished', created: '', started: '2026-01-01T00:00:00Z' },
        ...{ trainer: { pid: 1, host: HOSTILE }, tensorFlow: '2.21', devices: ['CPU:0'], step: 1, epoch: 1 },
        dataset: { name: 'data', root: '/data', classes: [...names], fingerprint: 'f' },
        environment: { SWITCH: HOSTILE },
      },
      recipe: parseRecipe({ data: { dataset: HOSTILE } }),
    },
    metrics: [],
    check: `The folder ${HOSTILE} is gone.`,
  }
}

it('escapes every name that comes from elsewhere, and asks for nothing from outside', () => {
  const page = evaluationHtml(pageOf([HOSTILE, 'dog']))
  expect(page).not.toContain('<script')
  expect(page).not.toContain('alert(1)</')
  expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;')
  expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!.slice(0, 5))).toEqual(['data:'])
  expect(page).toContain("default-src 'none'")
})

/** Without the space between tags, which shows nothing. */
const flat = (page: string) => page.replaceAll(/\s+/g, ' ').replaceAll('> ', '>').replaceAll(' <', '<')

it('tells the figures, the matrix, the largest errors with their pictures, and what changed since', () => {
  const page = flat(evaluationHtml(pageOf(['cat', 'dog'])))
  expect(page).toMatch(/<dt>Top-1<\/dt><dd>50.00%/)
  expect(page).toContain(
    '<tr><th scope="row">dog</th><td style="background:rgba(168,80,28,0.225)">1</td><td style="background:rgba(45,122,63,0.225)">1</td>',
  )
  expect(page).toContain('no guess</th>')
  expect(page).toMatch(/<img src="data:image\/jpeg;base64,\/9g&#61;"/)
  expect(page).toContain('dog, taken for cat 70%')
  expect(page).toContain('cat, taken for no guess')
  expect(page).toContain('The dataset has changed since: 1 image gone, 2 new.')
  expect(page).toContain('data.dataset')
})

it('lists the largest mistakes of many classes, and the classes with the lowest F1', () => {
  const page = flat(evaluationHtml(pageOf(Array.from({ length: 1200 }, (_, i) => `class ${i}`))))
  expect(page).not.toContain('class="matrix"')
  expect(page).toContain('<tr><td class="">class 1</td><td class="">class 0</td><td class="number">1</td></tr>')
  expect(page).toContain('The 1000 with the lowest F1 of 1,200.')
  expect(page.length).toBeLessThan(1e6)
})
