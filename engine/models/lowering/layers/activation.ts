import { activate } from '../activations.ts'
import { optionsOf, type LowerLayer } from '../layer-context.ts'

export const activation: LowerLayer = (context, [x]) =>
  activate(context, optionsOf<{ activation: string }>(context).activation, x!)
