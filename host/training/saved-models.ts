import { resolve } from 'node:path'
import type { EvaluateModelRequest } from '../../shared/contract/trainer.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import type { Datasets } from '../datasets/datasets.ts'
import type { Home } from '../machine/home.ts'
import { evaluatedModel, isSavedModel, keptModel, keptModels, type EvaluatedNetwork } from '../runs/evaluated-models.ts'
import type { OnProgress, Trainers } from './trainers.ts'

export interface EvaluateModelOptions extends Pick<
  EvaluateModelRequest,
  'split' | 'leaveOutUnknown' | 'logits' | 'told'
> {
  /** A name or a path. */
  readonly dataset: string
  readonly onProgress?: OnProgress
}

/** SavedModels, ours and those from elsewhere, which are evaluated without a run. */
export class SavedModels {
  constructor(
    private readonly home: Home,
    private readonly datasets: Datasets,
    private readonly trainers: Trainers,
  ) {}

  /** Evaluates one in a trainer of its own. Throws `UsageError` that names what has to be told of it. */
  async evaluate(
    model: string,
    { dataset, onProgress, ...wanted }: EvaluateModelOptions,
  ): Promise<{ network: EvaluatedNetwork; report: EvaluationReport }> {
    const network = await evaluatedModel(this.home, model)
    const request: EvaluateModelRequest = {
      ...wanted,
      ...{ model: resolve(model), keepIn: network.folder, cacheFolder: this.home.ensure('cache') },
      dataset: await this.datasets.resolve(dataset),
    }
    const report = await this.trainers.with(parseRecipe({}), ({ calls }) => calls.evaluateModel(request), onProgress)
    return { network, report }
  }

  /** Those that were evaluated. */
  list(): EvaluatedNetwork[] {
    return keptModels(this.home)
  }

  /** One by its folder, or by the id of its evaluations. */
  async find(wanted: string): Promise<EvaluatedNetwork | undefined> {
    return isSavedModel(wanted) ? evaluatedModel(this.home, wanted) : keptModel(this.home, wanted)
  }
}
