import {
  ArrowLeftRight,
  ChartLine,
  Database,
  FlaskConical,
  Images,
  ListOrdered,
  Save,
  SlidersHorizontal,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { Shortcut } from '../app/commands/commands.ts'

/** A place of the left rail. */
export interface Place {
  readonly name: string
  readonly path: string
  readonly icon: Component
  /** What it is for: one sentence. */
  readonly purpose: string
}

/** In the order of the rail; the n-th answers to Alt+n. */
export const places: readonly Place[] = [
  { name: 'Datasets', path: '/datasets', icon: Database, purpose: 'Add, check and browse image folders.' },
  { name: 'Augmentation', path: '/augmentation', icon: Images, purpose: 'See samples as training will see them.' },
  { name: 'Recipe', path: '/recipe', icon: SlidersHorizontal, purpose: 'Set what a run does, and start it.' },
  { name: 'Runs', path: '/runs', icon: ChartLine, purpose: 'Watch runs and read their curves.' },
  { name: 'Compare', path: '/compare', icon: ArrowLeftRight, purpose: 'Lay runs over each other.' },
  { name: 'Queue', path: '/queue', icon: ListOrdered, purpose: 'Order the runs that wait.' },
  { name: 'Checkpoints', path: '/checkpoints', icon: Save, purpose: 'See what each run has saved.' },
  { name: 'Evaluation', path: '/evaluation', icon: FlaskConical, purpose: 'Measure a checkpoint on a split.' },
]

export const placeShortcut = (index: number): Shortcut => ({ modifier: 'Alt', code: `Digit${index + 1}` })
