import { z } from 'zod'
import { join } from 'node:path'
import { buildChoices } from '../../shared/contract/builds.ts'
import { SharedJson } from '../../storage/shared-json.ts'
import type { Home } from './home.ts'

const settingsSchema = z.object({
  /** Which build of TensorFlow trainers load; `auto`: that with CUDA where it is there and a GPU may be. */
  build: z.enum(buildChoices).default('auto'),
})

/** What a person has chosen for all runs, whatever their recipes. */
export type Settings = z.infer<typeof settingsSchema>

/** The file `settings.json` of a home. */
export const settingsOf = (home: Home): SharedJson<Settings> =>
  new SharedJson({
    path: join(home.root, 'settings.json'),
    schema: settingsSchema,
    none: settingsSchema.parse({}),
    afterwards: 'choose them again',
  })
