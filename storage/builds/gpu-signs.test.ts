import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { gpuSigns } from './gpu-signs.ts'

const nothing = { hasDeviceFile: false, isWsl: false, cards: 0, isContainer: false }
const version = (line: string) => ({ 'proc/driver/nvidia/version': `NVRM version: ${line}\nGCC version: gcc 12\n` })
const device = (name: string, vendor: string, kind: string) => ({
  [`sys/bus/pci/devices/${name}/vendor`]: `${vendor}\n`,
  [`sys/bus/pci/devices/${name}/class`]: `${kind}\n`,
})

it.each<[string, Record<string, string>, object]>([
  ['nothing', {}, nothing],
  [
    'a driver',
    version('NVIDIA UNIX x86_64 Kernel Module  535.54.03  Tue Jun  6 22:20:39 UTC 2023'),
    { ...nothing, kernelDriver: '535.54.03' },
  ],
  [
    'the open driver',
    version('NVIDIA UNIX Open Kernel Module for x86_64  565.57.01  Release Build'),
    { ...nothing, kernelDriver: '565.57.01' },
  ],
  ['its device', { 'dev/nvidiactl': '' }, { ...nothing, hasDeviceFile: true }],
  ['WSL 2', { 'dev/dxg': '' }, { ...nothing, isWsl: true }],
  [
    'two cards and a sound device',
    {
      ...device('0000:01:00.0', '0x10de', '0x030000'),
      ...device('0000:02:00.0', '0x10de', '0x030200'),
      ...device('0000:01:00.1', '0x10de', '0x040300'),
    },
    { ...nothing, cards: 2 },
  ],
  ['a card of another maker', device('0000:01:00.0', '0x1002', '0x030000'), nothing],
  ['Docker', { '.dockerenv': '' }, { ...nothing, isContainer: true }],
  ['Podman', { 'run/.containerenv': '' }, { ...nothing, isContainer: true }],
  ['Kubernetes', { 'proc/1/cgroup': '0::/kubepods/besteffort/pod1\n' }, { ...nothing, isContainer: true }],
])('of a machine with %s', (_, files, signs) => {
  const root = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
  expect(gpuSigns(root)).toEqual(signs)
})
