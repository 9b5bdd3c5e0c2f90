import { join } from 'node:path'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { storing } from '../../storage/files.ts'
import { writeFileWhole } from '../../storage/write-file.ts'
import { declareConstants, type Model } from '../models/index.ts'
import { tensorFlowVersion, type Tensor } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { savedModel } from './saved-model.ts'
import { buildServedNetwork } from './served-network.ts'

export interface NetworkWithValues {
  readonly model: Model
  readonly recipe: Recipe
  /** Of the model's variables, in their order. */
  readonly values: readonly Tensor[]
}

/** Writes a network, its weights as constants, as a SavedModel into a folder that is there. Throws `StorageError`. */
export function writeSavedModel(folder: string, { model, recipe, values }: NetworkWithValues): void {
  using g = new GraphBuilder()
  const variables = declareConstants(g, model, new Map(model.variables.map(({ name }, i) => [name, values[i]!])))
  const content = savedModel(g, buildServedNetwork(g, { model, variables, recipe }), tensorFlowVersion())
  storing(folder, () => writeFileWhole(join(folder, 'saved_model.pb'), content))
}
