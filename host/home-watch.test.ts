import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { Home } from './home.ts'
import { HomeWatch } from './home-watch.ts'
import { Broadcast } from './page/broadcast.ts'
import { Workbench } from './workbench.ts'

it('does not mind what else lies among the runs', () => {
  const home = temporaryFolder()
  mkdirSync(join(home, 'runs/empty'), { recursive: true })
  writeFileSync(join(home, 'runs/.DS_Store'), '')
  const watch = new HomeWatch(new Workbench(new Home(home)), new Broadcast())
  expect(() => watch.open()).not.toThrow()
  watch.close()
})
