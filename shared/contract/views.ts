/**
 * A view of the page. Adding one is a line here and a folder of its name in `renderer`, whose `view.ts` brings its
 * icon and its routes.
 */
export interface View {
  /** As people read it. */
  readonly name: string
  /** The first part of its address, and the name of its folder. */
  readonly path: string
  /** What it is for: one sentence. */
  readonly purpose: string
  /** What is photographed of it, and checked for accessibility. */
  readonly screens: readonly Screen[]
}

export interface Screen {
  /** Of its pictures; absent: the view's path. */
  readonly name?: string
  /** What follows the view's path in its address; `:finished` and `:live` stand for the ids of such runs. */
  readonly rest?: string
  /** A selector of what is there once it is drawn. */
  readonly drawn: string
}

/** In the order of the rail and of the menu. */
export const views: readonly View[] = [
  {
    name: 'Datasets',
    path: 'datasets',
    purpose: 'Add, check and browse image folders.',
    screens: [{ rest: '/fashion-mnist-mini', drawn: '.view:has(img):has(tbody tr)' }],
  },
  {
    name: 'Augmentation',
    path: 'augmentation',
    purpose: 'See samples as training will see them.',
    screens: [{ drawn: '.gallery canvas' }],
  },
  {
    name: 'Recipe',
    path: 'recipe',
    purpose: 'Set what a run does, and start it.',
    screens: [{ drawn: '[data-key="optimizer.momentum"]' }],
  },
  {
    name: 'Runs',
    path: 'runs',
    purpose: 'Watch runs and read their curves.',
    screens: [
      { drawn: 'tbody tr' },
      { name: 'run', rest: '/:finished', drawn: 'figure canvas' },
      { name: 'live', rest: '/:live', drawn: 'figure canvas' },
    ],
  },
  {
    name: 'Compare',
    path: 'compare',
    purpose: 'Lay runs over each other.',
    screens: [{ drawn: 'figure canvas' }],
  },
  {
    name: 'Queue',
    path: 'queue',
    purpose: 'Order the runs that wait.',
    screens: [{ drawn: 'ol li' }],
  },
  {
    name: 'Checkpoints',
    path: 'checkpoints',
    purpose: 'See what each run has saved.',
    screens: [{ rest: '?run=:finished', drawn: '.content > *' }],
  },
  {
    name: 'Evaluation',
    path: 'evaluation',
    purpose: 'Measure a checkpoint on a split.',
    screens: [{ rest: '?run=:finished', drawn: '.content > *' }],
  },
  {
    name: 'Settings',
    path: 'settings',
    purpose: 'Devices, builds of TensorFlow, disk space, appearance.',
    screens: [{ drawn: '.view:has([data-findings]):has([data-caches] tr)' }],
  },
]

/** The digit that leads to the n-th view together with Alt, from 0; a tenth has none. */
export const digitOf = (index: number): number | undefined => (index < 9 ? index + 1 : undefined)
