import { expect, it } from 'vitest'
import type { GpuFacts } from '../../shared/contract/gpu.ts'
import { UsageError } from '../../shared/errors.ts'
import { offerBuild, type OfferFacts } from './offer.ts'

const card = (given: Partial<GpuFacts> = {}, capability = '8.6', cudaVersion = 12_040): GpuFacts => ({
  driver: {
    state: 'ready',
    cudaVersion,
    gpus: [{ model: 'NVIDIA RTX', computeCapability: capability, memoryBytes: 24 * 1024 ** 3 }],
  },
  ...{ closed: [], build: 'cpu', hasDeviceFile: true, isWsl: false, cards: 1, isContainer: false, smi: [] },
  ...given,
})
const without = card({
  driver: { state: 'absent', reason: 'not found' },
  hasDeviceFile: false,
  cards: 0,
})

/** A Linux machine with a usable card, room and somebody who can answer, but for what is given. */
const offer = (given: Partial<OfferFacts> = {}) =>
  offerBuild({ platform: 'linux-x64', gpu: card(), freeBytes: 50e9, canAsk: true, ...given })

it.each<[string, Partial<OfferFacts>, ReturnType<typeof offerBuild>['build'], boolean, RegExp | undefined]>([
  ['a usable card and somebody to ask', {}, 'cuda', true, undefined],
  ['a usable card in WSL 2', { gpu: card({ hasDeviceFile: false, isWsl: true, cards: 0 }) }, 'cuda', true, undefined],
  [
    'a usable card that this process may not see',
    { gpu: card({ driver: { state: 'refused', code: 100, cudaVersion: 12_040 }, visible: '-1' }) },
    'cpu',
    false,
    /hidden by CUDA_VISIBLE_DEVICES=-1/,
  ],
  ['nobody to ask', { canAsk: false }, 'cpu', false, /3\.4 GB\) is fetched with --gpu/],
  ['asked for the processor', { asked: 'cpu' }, 'cpu', false, undefined],
  ['asked for CUDA', { asked: 'cuda', canAsk: false }, 'cuda', false, undefined],
  ['asked for CUDA without a card', { asked: 'cuda', gpu: without }, 'cuda', false, undefined],
  ['asked for CUDA with an old driver', { asked: 'cuda', gpu: card({}, '8.6', 11_080) }, 'cuda', false, /too old/],
  ['no card', { gpu: without }, 'cpu', false, undefined],
  ['nothing that tells of one', { gpu: undefined }, 'cpu', false, undefined],
  ['an old driver', { gpu: card({}, '8.6', 11_080) }, 'cpu', false, /runs CUDA 11\.8, .* install driver 525/],
  ['a driver too old for Hopper', { gpu: card({}, '9.0', 12_020) }, 'cpu', false, /install driver 555/],
  ['a card newer than the build', { gpu: card({}, '12.0', 12_080) }, 'cpu', false, /compute capability 12\.0/],
  ['a card older than the build', { gpu: card({}, '3.5') }, 'cpu', false, /compute capability 3\.5/],
  ['a disk without the room', { freeBytes: 6e9 }, 'cpu', false, /needs 6\.4 GB and 6\.0 GB are free/],
  ['no network', { reachable: false }, 'cpu', false, /cannot be fetched without a network/],
  ['macOS', { platform: 'darwin-arm64' }, 'cpu', false, undefined],
  ['Linux on Arm', { platform: 'linux-arm64' }, 'cpu', false, undefined],
])('%s', (_, given, build, ask, note) => {
  const offered = offer(given)
  expect(offered).toMatchObject({ build, ask })
  if (note) expect(offered.note).toMatch(note)
  else expect(offered.note).toBeUndefined()
})

it.each(['darwin-arm64', 'linux-arm64', 'win32-x64'])('CUDA for %s does not exist', (platform) => {
  expect(() => offer({ asked: 'cuda', platform })).toThrow(UsageError)
})
