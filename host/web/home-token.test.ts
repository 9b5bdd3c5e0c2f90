import { chmodSync, readFileSync, statSync, symlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { Home } from '../machine/home.ts'
import { cookieSecret } from './access-token.ts'
import { homeToken } from './home-token.ts'

function open() {
  const home = new Home(temporaryFolder())
  return { home, file: join(home.root, 'access-token') }
}

describe('the token of a home', () => {
  it('is made once, of 256 bits, in a file that the owner alone may read', async () => {
    const { home, file } = open()
    const token = await homeToken(home)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(readFileSync(file, 'utf8')).toBe(`${token}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await homeToken(new Home(home.root))).toBe(token)
    expect(await homeToken(open().home)).not.toBe(token)
  })

  it('is another one when that is asked for', async () => {
    const { home } = open()
    const token = await homeToken(home)
    const next = await homeToken(home, true)
    expect(next).not.toBe(token)
    expect(await homeToken(home)).toBe(next)
  })

  it('is made anew where others may have read it, or it is none', async () => {
    const { home, file } = open()
    const token = await homeToken(home)
    chmodSync(file, 0o644)
    const second = await homeToken(home)
    expect(second).not.toBe(token)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    for (const content of ['', 'short\n', `${token}${token}\n`]) {
      writeFileSync(file, content)
      expect(await homeToken(home)).toHaveLength(43)
    }
    rmSync(file)
    writeFileSync(`${file}-elsewhere`, `${token}\n`, { mode: 0o600 })
    symlinkSync(`${file}-elsewhere`, file)
    expect(await homeToken(home)).not.toBe(token)
  })
})

it('a cookie holds something else, that is told by the token alone', async () => {
  const { home } = open()
  const token = await homeToken(home)
  expect(cookieSecret(token)).toBe(cookieSecret(token))
  expect(cookieSecret(token)).not.toContain(token)
  expect(cookieSecret(await homeToken(home, true))).not.toBe(cookieSecret(token))
})
