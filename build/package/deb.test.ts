import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { makeDeb } from './deb.ts'

const about = { version: '1.2.3', description: 'A workbench' }
const hasDpkg = spawnSync('dpkg-deb', ['--version']).status === 0

it.skipIf(!hasDpkg)('lays out the app, its command and what desktops read, all of it for root', async () => {
  const folder = temporaryFolder()
  const app = join(folder, 'app')
  mkdirSync(join(app, 'resources'), { recursive: true })
  for (const name of ['anneal', 'chrome-sandbox', 'resources/app.asar']) writeFileSync(join(app, name), name)
  for (const name of ['anneal', 'chrome-sandbox']) chmodSync(join(app, name), 0o755)
  const file = join(folder, 'anneal.deb')
  await makeDeb(app, file, join(folder, 'work'), about, ['-Znone'])

  const lines = execFileSync('dpkg-deb', ['-c', file], { encoding: 'utf8' }).trim().split('\n')
  const of = (path: string) => lines.find((line) => line.includes(` ./${path}`)) ?? ''
  expect(of('usr/bin/anneal')).toMatch(/^l.* -> \.\.\/lib\/anneal\/anneal$/)
  expect(of('usr/lib/anneal/resources/app.asar')).toMatch(/^-rw-r--r-- root\/root/)
  // Chromium's helper gives what user namespaces would.
  expect(of('usr/lib/anneal/chrome-sandbox')).toMatch(/^-rwsr-xr-x root\/root/)
  expect(statSync(join(app, 'chrome-sandbox')).mode & 0o7777).toBe(0o755)
  const places = /\.\/(usr\/(lib\/anneal|bin\/anneal|share\/(applications|icons|mime|doc\/anneal)).*)?$/
  const files = lines.filter((line) => !line.startsWith('d')).map((line) => line.replace(/ -> .*/, ''))
  for (const line of files) expect(line).toMatch(places)
  const control = execFileSync('dpkg-deb', ['-f', file], { encoding: 'utf8' })
  const here = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' })
  expect(control).toContain(`Package: anneal\nVersion: 1.2.3\nArchitecture: ${here}`)
  expect(control).toMatch(/Installed-Size: \d+\n/)
})
