import { describe, expect, it } from 'vitest'
import { UsageError } from '../../errors.ts'
import { diffRecipes, resolveRecipe } from '../resolve.ts'
import { flags } from './flags.ts'
import { importNvidia } from './import.ts'

// As its README prints it.
const usage = `[--arch ARCH] [--mode MODE] [--data_dir D] [--data_idx_dir D] [--export_dir D] [--to_predict F] [--batch_size N] [--num_iter N]
[--iter_unit U] [--warmup_steps N] [--model_dir D] [--results_dir D] [--log_filename F] [--display_every N] [--lr_init R] [--lr_warmup_epochs N]
[--weight_decay R] [--weight_init W] [--momentum R] [--loss_scale R] [--label_smoothing R] [--mixup R] [--use_static_loss_scaling] [--use_xla]
[--use_dali] [--use_tf_amp] [--use_cosine_lr] [--seed N] [--gpu_memory_fraction R] [--gpu_id N] [--quantize] [--symmetric] [--use_qdq]
[--finetune_checkpoint F] [--quant_delay N]`

const changed = (commandLine: string) =>
  Object.fromEntries(
    diffRecipes(resolveRecipe({}), importNvidia(commandLine).recipe).map(({ path, after }) => [path, after]),
  )

describe('a command line of NVIDIA', () => {
  it('of its 250 epochs on a DGX-2 is the recipe it stands for', () => {
    const line = `mpiexec --allow-run-as-root --bind-to socket -np 8 python3 main.py --arch=resnet50 \\
      --mode=train_and_evaluate --iter_unit=epoch --num_iter=250 --mixup=0.2 \\
      --batch_size=256 --warmup_steps=100 --cosine_lr --label_smoothing 0.1 \\
      --lr_init=0.256 --lr_warmup_epochs=8 --momentum=0.875 --weight_decay=3.0517578125e-05 \\
      --amp --static_loss_scale 128 --data_dir="/data sets/tfrecords" --data_idx_dir=/data/dali_idx --results_dir=/results --weight_init=fan_in`
    const { notes, command } = importNvidia(line)
    expect(changed(line)).toEqual({
      'model.initialization': 'fan_in',
      'model.padding': 'same',
      'data.dataset': '/data sets/tfrecords',
      'augment.mixup': 0.2,
      'optimizer.accumulate': 8,
      'schedule.epochs': 250,
      'schedule.warmupEpochs': 8,
      'schedule.warmupFromBatch': 0,
      'precision.amp': 'fp16',
      'precision.lossScale': 128,
    })
    expect(notes.map(({ flag }) => flag)).toEqual([
      '--data_idx_dir',
      '--warmup_steps',
      '--results_dir',
      '--use_cosine_lr',
      '-np 8',
    ])
    expect(command).toBe('anneal train --recipe RECIPE')
  })

  it("has the script's own defaults for what it leaves out", () => {
    expect(changed('--arch resnext101-32x4d --batch_size 128')).toEqual({
      'model.architecture': 'resnext101-32x4d',
      'model.padding': 'same',
      'data.batchSize': 128,
      'data.evaluationBatchSize': 128,
      'optimizer.momentum': 0.9,
      'optimizer.weightDecay': 1e-4,
      'schedule.epochs': 1,
      'schedule.name': 'step',
      'schedule.learningRate': 0.1,
      'schedule.warmupFromBatch': 0,
      'schedule.milestones': [30, 60, 80, 90],
      'loss.labelSmoothing': 0,
    })
  })

  it('counts in steps where its unit is batches', () => {
    expect(importNvidia('--batch_size 8 --num_iter 500 --iter_unit batch').recipe.schedule).toMatchObject({
      steps: 500,
      epochs: 90,
    })
  })

  it('may be abbreviated as its own scripts abbreviate it, and switch off', () => {
    expect(importNvidia('--use_cosine --nouse_xla --use_tf_amp').recipe).toMatchObject({
      schedule: { name: 'cosine' },
      precision: { xla: false, amp: 'fp16', lossScale: 0 },
    })
  })

  it.each([
    ['--use_tf_amp --use_static_loss_scaling', { amp: 'fp16', lossScale: 256 }],
    ['--use_tf_amp --use_static_loss_scaling --loss_scale 64', { lossScale: 64 }],
    ['--use_tf_amp --loss_scale 64', { lossScale: 0 }],
    ['--amp --static_loss_scale -1', { lossScale: 0 }],
    ['--use_xla', { xla: true, amp: 'off' }],
    ['--quantize', { quantize: 'asymmetric', quantizeDelay: 0 }],
    ['--quantize --symmetric --quant_delay 30', { quantize: 'symmetric', quantizeDelay: 30 }],
    ['--symmetric', { quantize: 'off' }],
    ['--gpu_memory_fraction 0.7', { gpuMemoryFraction: 0.7 }],
  ])('%s', (line, precision) => {
    expect(importNvidia(line).recipe.precision).toMatchObject(precision)
  })

  it.each([
    ['--mode train', 'anneal train --recipe RECIPE', 0],
    ['--mode train_and_evaluate', 'anneal train --recipe RECIPE', 1],
    ['--mode evaluate', 'anneal evaluate RUN', 1],
    ['--mode predict --to_predict cat.jpg', 'anneal predict RUN cat.jpg', 1],
    ['--mode training_benchmark --warmup_steps 200', 'anneal benchmark train --recipe RECIPE --warmup 200', 1],
    [
      '--mode inference_benchmark --warmup_steps 20 --num_iter 100 --iter_unit batch',
      'anneal benchmark inference --recipe RECIPE --steps 100 --warmup 20',
      1,
    ],
  ])('%s is %s', (line, command, evaluateEvery) => {
    const found = importNvidia(line)
    expect(found.command).toBe(command)
    expect(found.recipe.run.evaluateEvery).toBe(evaluateEvery)
  })
})

it('knows every flag of its usage, and each is in the recipe or in a note', () => {
  const names = [...usage.matchAll(/--(\w+)/g)].map(([, name]) => name!)
  for (const name of names) {
    const flag = flags.find((candidate) => candidate.name === name)!
    expect(flag, name).toBeDefined()
    if (name === 'symmetric' || name === 'loss_scale') continue
    // Another value than the default; --iter_unit and --quant_delay count with another flag.
    const value =
      { switch: '', text: ' /x', 'whole number': ' 7', number: ' 0.5' }[flag.type as string] ?? ` ${flag.type.at(-1)}`
    const before = importNvidia('--num_iter 2')
    const after = importNvidia(
      `--num_iter 2 --${name}${value === ' fan_out' ? ' fan_in' : value === ' inference_benchmark' ? ' train' : value}`,
    )
    const named = after.notes.some((note) => note.flag === `--${name}`)
    expect(named || diffRecipes(before.recipe, after.recipe).length > 0, name).toBe(true)
  }
})

it.each([
  ['--arch resnet50 --use_mixup', "NVIDIA's script has no flag --use_mixup; did you mean --mixup?"],
  ['--lr 0.1', "NVIDIA's script has no flag --lr; it may be --lr_init or --lr_warmup_epochs."],
  ['--batch_size many', '--batch_size must be a whole number, not many.'],
  ['--batch_size --mixup 0.2', '--batch_size needs a value; write --batch_size VALUE.'],
  ['--arch vgg16', '--arch must be one of resnet50, resnext101-32x4d, se-resnext101-32x4d, not vgg16.'],
  ['--use_xla=1', '--use_xla takes no value; write --use_xla, or --nouse_xla.'],
  ['resnet50', '"resnet50" belongs to no flag of NVIDIA\'s script; write --flag value.'],
])('%s is refused', (line, message) => {
  expect(() => importNvidia(line)).toThrow(new UsageError(message))
})

it('is refused with the key where a value is out of its range', () => {
  expect(() => importNvidia('--label_smoothing 2')).toThrow('loss.labelSmoothing must be a number from 0 to 1, not 2.')
})
