import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Home, Workbench, type Check } from '../../host/workbench.ts'
import { gpuVerdict } from '../../shared/contract/gpu-verdict.ts'
import { findLibrary } from '../../storage/builds/library.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { standInDriver, type StandIn } from '../fixtures/stand-in-driver.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

afterEach(() => vi.unstubAllEnvs())

/** From now on every process that is started finds this driver. */
function use(standIn: StandIn, more: Readonly<Record<string, string>> = {}): void {
  for (const [name, value] of Object.entries({ ...standInDriver(standIn), ...more })) vi.stubEnv(name, value)
}

/** TensorFlow's own libraries with folders of NVIDIA's beside them, as the CUDA build lies: all open but one. */
function likeCuda(damaged: string): string {
  const root = temporaryFolder()
  symlinkSync(findLibrary(process.env).folder, join(root, 'tensorflow'))
  const libraries = {
    cuda_runtime: ['libcudart.so.12'],
    cublas: ['libcublas.so.12', 'libcublasLt.so.12'],
    cufft: ['libcufft.so.11'],
    cusolver: ['libcusolver.so.11'],
    cusparse: ['libcusparse.so.12'],
    cudnn: ['libcudnn.so.9'],
  }
  writeFileSync(join(root, 'none.c'), '')
  for (const [home, names] of Object.entries(libraries)) {
    const folder = join(root, 'nvidia', home, 'lib')
    mkdirSync(folder, { recursive: true })
    for (const name of names) {
      const file = join(folder, name)
      if (name === damaged) writeFileSync(file, 'cut')
      else execFileSync('cc', ['-shared', '-nostdlib', '-o', file, join(root, 'none.c')])
    }
  }
  return join(root, 'nvidia', '..', 'tensorflow')
}

const details = async () => gpuVerdict(await new Workbench(new Home(temporaryFolder())).describeGpu()).findings

const train = async (home: string, device: string) =>
  runCli(
    home,
    ...[
      'train',
      '--preset',
      'demo',
      '--dataset',
      await makeTinyDataset(temporaryFolder()),
      '--json',
      '--set',
      `run.device=${device}`,
    ],
    ...['--set', 'schedule.epochs=1', '--set', 'data.batchSize=8'],
  )

describe('with a stand-in for the driver', () => {
  it.each<[string, StandIn, Record<string, string>, RegExp]>([
    ['a driver of CUDA 11.4', { cudaVersion: 11_040 }, {}, /too old: it runs CUDA 11\.4, .* needs 12\.0/],
    ['a driver too old for Hopper', { cudaVersion: 12_020 }, {}, /too old for NVIDIA Stand-in: .* install driver 555/],
    ['a card newer than the build', { capabilities: ['12.0'] }, {}, /compute capability 12\.0/],
    ['a card older than the build', { capabilities: ['5.0'] }, {}, /compute capability 5\.0/],
    ['a hidden card', {}, { CUDA_VISIBLE_DEVICES: '-1' }, /hidden by CUDA_VISIBLE_DEVICES=-1/],
    ['a hidden card, by nothing', {}, { CUDA_VISIBLE_DEVICES: '' }, /hidden by CUDA_VISIBLE_DEVICES= \(empty\)/],
    ['a driver that does not start', { init: 803 }, {}, /different versions \(CUDA error 803\)/],
    ['the build for the processor', {}, {}, /build for the processor alone is in use/],
  ])('what is wrong is told: %s', async (_, standIn, more, sentence) => {
    use(standIn, more)
    expect((await details())[0]).toMatchObject({ state: 'problem', detail: expect.stringMatching(sentence) as string })
  })

  it('memory that others have taken is told, and the driver is called by its name', async () => {
    use({ cudaVersion: 11_080, smi: 'NVIDIA Stand-in, 520.61.05, 9.0, 24576, 9000' })
    expect((await details())[0]?.detail).toMatch(/driver 520\.61\.05 is too old/)
    use({ smi: 'NVIDIA Stand-in, 565.57.01, 9.0, 24576, 9000' })
    const told = (await details()).map(({ detail }) => detail)
    expect(told).toContain(
      'Other programs have taken 8.8 GiB of the 24.0 GiB of NVIDIA Stand-in; nvidia-smi names them.',
    )
    expect(told.at(-1)).toBe('NVIDIA Stand-in, compute capability 9.0, 24.0 GiB, driver 565.57.01 (CUDA 12.7)')
  })

  it('one of several is used where the others are hidden', async () => {
    use({ capabilities: ['8.0', '9.0'] }, { CUDA_VISIBLE_DEVICES: '1' })
    expect((await details()).at(-1)?.detail).toMatch(/^NVIDIA Stand-in, compute capability 9\.0/)
  })

  it('the library of CUDA that does not open is named, and why', async () => {
    use({}, { ANNEAL_TENSORFLOW: likeCuda('libcudnn.so.9') })
    expect((await details())[0]?.detail).toMatch(
      /a library of CUDA cannot be opened: libcudnn\.so\.9 \(.*libcudnn\.so\.9: file too short\)/,
    )
  })

  it('doctor tells of it, and still finds that this machine can train', async () => {
    use({ init: 999 })
    const { status, stdout } = await runCli(temporaryFolder(), 'doctor', '--json')
    expect(status).toBe(0)
    expect((JSON.parse(stdout) as { checks: Check[] }).checks).toContainEqual({
      name: 'GPU',
      state: 'warning',
      detail: expect.stringMatching(/CUDA error 999/) as string,
    })
  })
})

describe('a run', () => {
  it('that asks for a GPU does not train on the processor', async () => {
    use({ capabilities: ['12.0'] })
    const home = temporaryFolder()
    const { status, stderr } = await train(home, 'gpu')
    expect(status).toBe(1)
    expect(stderr).toMatch(/run\.device is gpu, and none can be used\. NVIDIA Stand-in has compute capability 12\.0/)
    expect(readdirSync(join(home, 'runs'))).toEqual([])
  })

  it('that may train on either says why it is the processor, in its record too', async () => {
    use({ cudaVersion: 11_040 })
    const home = temporaryFolder()
    const { status, stderr } = await train(home, 'auto')
    expect({ status, stderr }).toMatchObject({ status: 0 })
    const sentence = /driver is too old: it runs CUDA 11\.4/
    expect(stderr).toMatch(/warning: This is computed on the processor and not on the GPU\. NVIDIA's driver is too old/)
    const [run] = readdirSync(join(home, 'runs'))
    const record = JSON.parse(readFileSync(join(home, 'runs', run!, 'run.json'), 'utf8')) as Record<string, string>
    expect(record).toMatchObject({ build: 'cpu', whyNoGpu: expect.stringMatching(sentence) as string })
  })

  it('that asks for the processor says nothing of the GPU', async () => {
    use({ cudaVersion: 11_040 })
    const { status, stderr } = await train(temporaryFolder(), 'cpu')
    expect({ status, hasWarning: stderr.includes('GPU') }).toEqual({ status: 0, hasWarning: false })
  })
})
