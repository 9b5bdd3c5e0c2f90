import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { unzip } from './unzip.ts'

/** Another program's archive: Python keeps the permissions. */
function pack(folder: string, ...names: string[]): string {
  const code = `import sys, zipfile, os
z = zipfile.ZipFile('some.zip', 'w')
for name in sys.argv[1:]:
  if os.path.islink(name):
    info = zipfile.ZipInfo(name); info.create_system = 3; info.external_attr = 0o120777 << 16; z.writestr(info, os.readlink(name))
  else: z.write(name)`
  execFileSync('python3', ['-c', code, ...names], { cwd: folder })
  return join(folder, 'some.zip')
}

it('unpacks files with their permissions, and tells how far it is', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'locales'))
  writeFileSync(join(folder, 'electron'), 'x'.repeat(100_000), { mode: 0o755 })
  writeFileSync(join(folder, 'locales/de.pak'), 'de', { mode: 0o644 })
  const target = temporaryFolder()
  let bytes = 0
  await unzip(pack(folder, 'electron', 'locales', 'locales/de.pak'), target, (more) => (bytes += more))
  expect(readFileSync(join(target, 'locales/de.pak'), 'utf8')).toBe('de')
  expect(statSync(join(target, 'electron')).mode & 0o777).toBe(0o755)
  expect(statSync(join(target, 'locales/de.pak')).mode & 0o111).toBe(0)
  expect(bytes).toBe(100_002)
})

it('refuses links', async () => {
  const folder = temporaryFolder()
  symlinkSync('/etc/passwd', join(folder, 'link'))
  await expect(unzip(pack(folder, 'link'), temporaryFolder(), () => {})).rejects.toThrow('holds a link')
})
