import { describe, expect, it } from 'vitest'
import { gpuVerdict, whyNoGpu } from './gpu-verdict.ts'
import type { CudaGpu, GpuFacts } from './gpu.ts'

const GIB = 1024 ** 3
const hopper: CudaGpu = { model: 'NVIDIA H200', computeCapability: '9.0', memoryBytes: 140 * GIB }
const ampere: CudaGpu = { model: 'NVIDIA A100', computeCapability: '8.0', memoryBytes: 40 * GIB }
const ready = (cudaVersion = 12_070, ...gpus: CudaGpu[]) =>
  ({ state: 'ready', cudaVersion, gpus: gpus.length > 0 ? gpus : [hopper] }) as const
const absent = { state: 'absent', reason: 'libcuda.so.1: cannot open shared object file' } as const
const refused = (code: number, cudaVersion = 12_070) => ({ state: 'refused', code, cudaVersion }) as const
const smi = ({ model, memoryBytes }: CudaGpu, usedBytes = 0) => ({ model, driver: '565.57.01', memoryBytes, usedBytes })

/** A machine with one H200 and the CUDA build, but for what is given. */
const facts = (given: Partial<GpuFacts> = {}): GpuFacts => ({
  driver: ready(),
  build: 'cuda',
  closed: [],
  kernelDriver: '565.57.01',
  hasDeviceFile: true,
  isWsl: false,
  cards: 1,
  isContainer: false,
  smi: [],
  ...given,
})

/** Nothing of NVIDIA's. */
const bare: Partial<GpuFacts> = { driver: absent, kernelDriver: undefined, hasDeviceFile: false, cards: 0 }

describe('a GPU that can train', () => {
  it('is told with what matters', () => {
    expect(gpuVerdict(facts())).toEqual({
      state: 'usable',
      findings: [
        {
          state: 'ok',
          detail: 'NVIDIA H200, compute capability 9.0, 140.0 GiB, driver 565.57.01 (CUDA 12.7)',
        },
      ],
    })
  })

  it.each(['6.0', '6.1', '7.0', '7.5', '8.0', '8.6', '8.9', '9.0'])(
    'has a compute capability such as %s',
    (capability) => {
      const gpu = { ...hopper, computeCapability: capability }
      expect(gpuVerdict(facts({ driver: ready(12_080, gpu) })).state).toBe('usable')
    },
  )

  it('may have a driver of CUDA 12.0 where it is older than Hopper', () => {
    expect(gpuVerdict(facts({ driver: ready(12_000, ampere) })).state).toBe('usable')
  })

  it('is told of what others have taken of its memory', () => {
    const { state, findings } = gpuVerdict(facts({ smi: [smi(hopper, 60 * GIB)] }))
    expect(state).toBe('usable')
    expect(findings[0]).toEqual({
      state: 'warning',
      detail: 'Other programs have taken 60.0 GiB of the 140.0 GiB of NVIDIA H200; nvidia-smi names them.',
    })
  })

  it('is told of others that are hidden', () => {
    const { state, findings } = gpuVerdict(facts({ smi: [smi(hopper), smi(hopper), smi(hopper)], visible: '1' }))
    expect(state).toBe('usable')
    expect(findings.at(-1)?.detail).toBe('2 more are hidden by CUDA_VISIBLE_DEVICES=1.')
  })

  it('counts where another of the machine cannot be used', () => {
    const old = { ...hopper, model: 'NVIDIA K80', computeCapability: '3.7' }
    const { state, findings } = gpuVerdict(facts({ driver: ready(12_070, hopper, old) }))
    expect(state).toBe('usable')
    expect(findings.map((finding) => finding.state)).toEqual(['problem', 'ok'])
  })
})

describe('a machine without one', () => {
  it.each<[string, Partial<GpuFacts>]>([
    ['nothing of NVIDIA', bare],
    ['WSL 2 without a card', { ...bare, isWsl: true, driver: refused(100) }],
  ])('has no fault: %s', (_, given) => {
    expect(gpuVerdict(facts(given))).toEqual({
      state: 'none',
      findings: [{ state: 'ok', detail: 'No NVIDIA GPU is found.' }],
    })
    expect(whyNoGpu(facts(given))).toBe('No NVIDIA GPU is found.')
  })
})

describe('a GPU that cannot be used', () => {
  it.each<[string, Partial<GpuFacts>, RegExp]>([
    [
      'the driver is not loaded',
      { ...bare, cards: 1 },
      /driver is not loaded; install it, version 525\.60\.13 or later/,
    ],
    [
      'its library is not there',
      { driver: absent },
      /driver 565\.57\.01 is loaded, but its library libcuda\.so\.1 cannot be opened \(libcuda\.so\.1: cannot open/,
    ],
    [
      'a container without the files',
      { driver: absent, isContainer: true },
      /this container has not got its driver's files .*start the container with --gpus all/,
    ],
    ['WSL 2 without the library', { ...bare, isWsl: true, cards: 1 }, /install NVIDIA's current driver in Windows/],
    [
      'a driver of CUDA 11',
      { driver: ready(11_040, ampere), kernelDriver: '470.82.01' },
      /driver 470\.82\.01 is too old: it runs CUDA 11\.4, and TensorFlow's CUDA build needs 12\.0; install driver 525\.60\.13 or later/,
    ],
    ['a driver of CUDA 11 that refuses', { driver: refused(35, 11_080) }, /too old: it runs CUDA 11\.8/],
    [
      'Hopper with a driver of CUDA 12.4',
      { driver: ready(12_040), kernelDriver: '550.54.15' },
      /driver 550\.54\.15 is too old for NVIDIA H200.*install driver 555\.42\.02 or later/,
    ],
    [
      'Blackwell',
      { driver: ready(12_080, { ...hopper, model: 'NVIDIA GeForce RTX 5090', computeCapability: '12.0' }) },
      /RTX 5090 has compute capability 12\.0, and TensorFlow's build has code for 6\.0 to 9\.0/,
    ],
    [
      'Blackwell for servers',
      { driver: ready(12_080, { ...hopper, model: 'NVIDIA B200', computeCapability: '10.0' }) },
      /B200 has compute capability 10\.0/,
    ],
    [
      'Maxwell',
      { driver: ready(12_080, { ...hopper, model: 'NVIDIA M40', computeCapability: '5.2' }) },
      /M40 has compute capability 5\.2, .* from 6\.0 \(Pascal\) on/,
    ],
    ['hidden: none', { driver: refused(100), visible: '' }, /hidden by CUDA_VISIBLE_DEVICES= \(empty\); unset it/],
    [
      'hidden: -1',
      { driver: { state: 'ready', cudaVersion: 12_070, gpus: [] }, visible: '-1' },
      /hidden by CUDA_VISIBLE_DEVICES=-1; unset it/,
    ],
    ['hidden: one that is not there', { driver: refused(100), visible: '7' }, /hidden by CUDA_VISIBLE_DEVICES=7/],
    ['none is found', { driver: refused(100) }, /finds no GPU \(CUDA error 100\)/],
    [
      'library and module differ',
      { driver: refused(803) },
      /different versions \(CUDA error 803\); start the machine anew/,
    ],
    ['no fabric manager', { driver: refused(802) }, /nvidia-fabricmanager/],
    ['a library for newer cards', { driver: refused(804) }, /CUDA error 804/],
    ['after a suspend', { driver: refused(999) }, /CUDA error 999/],
    ['a stub', { driver: refused(34) }, /is a stub without a driver/],
    ['for one program alone', { driver: refused(46) }, /nvidia-smi -c 0/],
    ['another error', { driver: refused(719) }, /CUDA error 719/],
    ['the other build', { build: 'cpu' }, /build for the processor alone is in use.*anneal builds fetch cuda/],
    [
      'a library that does not open',
      { closed: [{ name: 'libcudnn.so.9', reason: 'file too short' }] },
      /a library of CUDA cannot be opened: libcudnn\.so\.9 \(file too short\)/,
    ],
    [
      'two that do not',
      {
        closed: [
          { name: 'libcudnn.so.9', reason: 'x' },
          { name: 'libcufft.so.11', reason: 'y' },
        ],
      },
      /libraries of CUDA cannot be opened: libcudnn\.so\.9 \(x\), libcufft\.so\.11 \(y\)/,
    ],
  ])('says why in a sentence: %s', (_, given, sentence) => {
    const { state, findings } = gpuVerdict(facts(given))
    expect(state).toBe('unusable')
    expect(findings[0]?.state).toBe('problem')
    expect(findings[0]?.detail).toMatch(sentence)
    expect(whyNoGpu(facts(given))).toBe(findings[0]?.detail)
  })
})
