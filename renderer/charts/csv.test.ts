import { expect, it } from 'vitest'
import { curvesCsv, tableCsv } from './csv.ts'
import { prepare } from './curve.ts'

it('a chart as CSV has every point, raw and smoothed', () => {
  const columns = {
    steps: Float64Array.of(10, 20, 30),
    epochs: Float64Array.of(0.5, 1, 1.5),
    walls: Float64Array.of(100, 101.5, 103.25),
    values: Float64Array.of(4, NaN, 1),
  }
  const curve = prepare(
    { id: 'a', label: 'resnet8, "best"', colour: '#217fd8', split: 'train', columns, start: 99.5 },
    'epoch',
    0.5,
  )
  expect(curvesCsv([curve], 'loss').split('\n')).toEqual([
    'run,split,metric,step,epoch,relative_seconds,unix_time,value,smoothed',
    '"resnet8, ""best""",train,loss,10,0.5,0.5,100,4,4',
    '"resnet8, ""best""",train,loss,20,1,2,101.5,,',
    '"resnet8, ""best""",train,loss,30,1.5,3.75,103.25,1,2',
    '',
  ])
})

it('a table as CSV holds no formula', () => {
  expect(
    tableCsv(
      ['run', 'top1'],
      [
        ['=cmd()', 0.5],
        ['-x', -0.5],
        ['+1', undefined],
      ],
    ),
  ).toBe("run,top1\n'=cmd(),0.5\n'-x,-0.5\n+1,\n")
})
