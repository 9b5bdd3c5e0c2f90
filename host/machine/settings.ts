import { join } from 'node:path'
import { settingsSchema, type Settings } from '../../shared/contract/settings.ts'
import { SharedJson } from '../../storage/shared-json.ts'
import type { Home } from './home.ts'

/** The file `settings.json` of a home. */
export const settingsOf = (home: Home): SharedJson<Settings> =>
  new SharedJson({
    path: join(home.root, 'settings.json'),
    schema: settingsSchema,
    none: settingsSchema.parse({}),
    afterwards: 'choose them again',
  })
