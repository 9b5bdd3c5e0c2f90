import { describe, expect, it } from 'vitest'
import { confusionOf } from './confusion.ts'
import { wilson } from './intervals.ts'
import { classFigures, overallFigures } from './per-class.ts'
import { CLASSES, columns, guesses, nearTo, withGaps } from './test-kit.ts'

describe('figures of classes', () => {
  it('are those of scikit-learn, and absent where it says 0 for want of samples or guesses', () => {
    const [first, second, third, fourth] = classFigures(confusionOf(guesses, CLASSES))
    // scikit-learn 1.9.1: precision_recall_fscore_support(zero_division=0)
    expect(first).toEqual({
      support: 14,
      guessed: 15,
      hits: 7,
      precision: nearTo(0.4666666666666667),
      precisionInterval: wilson(7, 15),
      recall: nearTo(0.5),
      recallInterval: wilson(7, 14),
      f1: nearTo(0.4827586206896552),
    })
    expect(second).toMatchObject({
      precision: nearTo(0.5714285714285714),
      recall: nearTo(0.6153846153846154),
      f1: nearTo(0.5925925925925926),
    })
    // Never guessed.
    expect(third).toEqual({ support: 13, guessed: 0, hits: 0, recall: 0, recallInterval: wilson(0, 13), f1: 0 })
    // Without samples.
    expect(fourth).toEqual({ support: 0, guessed: 11, hits: 0, precision: 0, precisionInterval: wilson(0, 11), f1: 0 })
    // Neither.
    expect(classFigures(confusionOf(columns([0], [0]), 2))[1]).toEqual({ support: 0, guessed: 0, hits: 0 })
  })
})

describe('figures over all classes', () => {
  it('are those of scikit-learn', () => {
    // scikit-learn 1.9.1: precision_recall_fscore_support(average=..., zero_division=0), balanced_accuracy_score,
    // cohen_kappa_score, matthews_corrcoef
    expect(overallFigures(confusionOf(guesses, CLASSES))).toEqual({
      samples: 40,
      withoutGuess: 0,
      accuracy: 0.375,
      accuracyInterval: wilson(15, 40),
      macro: {
        precision: nearTo(0.2595238095238095),
        recall: nearTo(0.27884615384615385),
        f1: nearTo(0.26883780332056195),
      },
      weighted: { precision: nearTo(0.34904761904761905), recall: nearTo(0.375), f1: nearTo(0.3615581098339719) },
      balancedAccuracy: nearTo(0.3717948717948718),
      kappa: nearTo(0.17218543046357615),
      matthews: nearTo(0.1958582630857297),
    })
  })

  it('take samples without a guess as wrong', () => {
    // The same functions, with a fifth class guessed for those, which the means leave out.
    expect(overallFigures(confusionOf(withGaps, CLASSES))).toMatchObject({
      withoutGuess: 5,
      accuracy: nearTo(0.35),
      macro: {
        precision: nearTo(0.2692307692307693),
        recall: nearTo(0.260989010989011),
        f1: nearTo(0.26495726495726496),
      },
      weighted: { precision: nearTo(0.36153846153846153), recall: nearTo(0.35), f1: nearTo(0.3555555555555555) },
      balancedAccuracy: nearTo(0.347985347985348),
      kappa: nearTo(0.16733386709367493),
      matthews: nearTo(0.18827331381297496),
    })
  })

  it('leave out classes that are neither label nor guess', () => {
    const few = overallFigures(confusionOf(guesses, 10_000))
    expect(few.macro.recall).toBeCloseTo(0.27884615384615385, 9)
  })

  it('of all right', () => {
    const { kappa, matthews, macro, balancedAccuracy, accuracy } = overallFigures(
      confusionOf(columns([0, 1, 2, 0], [0, 1, 2, 0]), 3),
    )
    expect({ kappa, matthews, macro, balancedAccuracy, accuracy }).toEqual({
      kappa: 1,
      matthews: nearTo(1),
      macro: { precision: 1, recall: 1, f1: 1 },
      balancedAccuracy: 1,
      accuracy: 1,
    })
  })

  it('of all wrong, in two classes', () => {
    const { kappa, matthews, macro, accuracy } = overallFigures(confusionOf(columns([0, 1, 0, 1], [1, 0, 1, 0]), 2))
    expect({ kappa, matthews, macro, accuracy }).toEqual({
      kappa: -1,
      matthews: nearTo(-1),
      macro: { precision: 0, recall: 0, f1: 0 },
      accuracy: 0,
    })
  })

  it('of one class alone have no kappa and no correlation', () => {
    const one = overallFigures(confusionOf(columns([0, 0], [0, 0]), 1))
    expect(one).not.toHaveProperty('kappa')
    expect(one).not.toHaveProperty('matthews')
    expect(one).toMatchObject({ accuracy: 1, balancedAccuracy: 1 })
  })

  it('of no guess at all are 0', () => {
    const none = overallFigures(confusionOf(columns([0, 1], [0, 1], [NaN, NaN]), 2))
    expect(none).toMatchObject({ withoutGuess: 2, accuracy: 0, macro: { precision: 0, recall: 0, f1: 0 }, kappa: 0 })
    expect(none).not.toHaveProperty('matthews')
  })
})
