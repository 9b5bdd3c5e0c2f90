import { hostname, networkInterfaces } from 'node:os'
import { expect, it } from 'vitest'
import { UsageError } from '../../shared/errors.ts'
import { allowedHosts, parseHostName } from './own-names.ts'

it('an address is known by itself; the loopback by its three names', () => {
  expect([...allowedHosts('::1')]).toEqual(['localhost', '127.0.0.1', '[::1]'])
  expect(allowedHosts('127.0.0.1').has(hostname())).toBe(false)
  expect(allowedHosts('10.1.2.3').has('10.1.2.3')).toBe(true)
  expect(allowedHosts('10.1.2.3').has(hostname())).toBe(false)
})

it.each(['0.0.0.0', '::'])('at all addresses (%s) the machine is known by its names and addresses', (address) => {
  const hosts = allowedHosts(address)
  const name = hostname().toLowerCase()
  for (const own of ['localhost', '127.0.0.1', '[::1]', name, name.split('.')[0]!]) expect(hosts).toContain(own)
  for (const { address, family } of Object.values(networkInterfaces()).flatMap((list) => list ?? []))
    expect(hosts).toContain(family === 'IPv6' ? `[${address}]` : address)
  for (const foreign of ['evil.example', '', address, `${name}.evil.example`]) expect(hosts.has(foreign)).toBe(false)
})

it('further names count besides, and they alone', () => {
  const hosts = allowedHosts('127.0.0.1', ['lab.example'])
  expect([...hosts]).toEqual(['localhost', '127.0.0.1', '[::1]', 'lab.example'])
})

it.each([
  ['lab.example', 'lab.example'],
  ['gpu_01', 'gpu_01'],
  ['Lab.Example', 'lab.example'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['192.168.1.5', '192.168.1.5'],
  ['FD00::0:1', '[fd00::1]'],
  ['[fd00::1]', '[fd00::1]'],
  ['::ffff:10.0.0.1', '[::ffff:a00:1]'],
])('a name is taken as browsers write it: %s', (text, name) => {
  expect(parseHostName(text)).toBe(name)
})

it.each([
  '',
  ' ',
  'lab.example:8443',
  '[fd00::1]:443',
  'fe80::1%eth0',
  'fd00:::1',
  'lab.example.',
  '.lab.example',
  'lab..example',
  '*',
  '*.lab.example',
  'https://lab.example',
  'lab.example/anneal',
  'user@lab.example',
  'lab example',
  'lab%2eexample',
  'bücher.example',
  '127.1',
  '0x7f.0.0.1',
  '192.168.1.256',
  'a,b',
  'lab.example\r\nX: y',
  `${'a.'.repeat(130)}example`,
])('is refused: %j', (text) => {
  expect(() => parseHostName(text)).toThrow(UsageError)
  expect(() => parseHostName(text)).toThrow(/^--allow-host must be one host name or IP address/)
})
