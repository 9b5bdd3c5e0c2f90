import type { Command } from 'commander'
import type { Check, Diagnosis, Workbench } from '../host/workbench.ts'
import type { MachineDescription } from '../shared/contract/trainer.ts'
import type { Effect } from '../shared/contract/precision-effect.ts'
import { formatBytes } from '../shared/format-bytes.ts'
import { answering } from './answer.ts'
import { deviceName, shortPath } from './format.ts'
import { paint, section, wrap } from './text.ts'

const marks = { ok: ['ok', 'green'], warning: ['warning', 'yellow'], problem: ['problem', 'red'] } as const

export function addDoctor(program: Command, workbench: Workbench): void {
  answering(program.command('doctor').description('check that this machine can train'), async () => {
    const diagnosis = await workbench.diagnose()
    const ok = diagnosis.checks.every(({ state }) => state !== 'problem')
    return { data: { ok, ...diagnosis }, text: describe(diagnosis, ok), status: ok ? 0 : 1 }
  })
}

function describe({ checks, libraries, machine, precision, cores }: Diagnosis, ok: boolean): string {
  const devices = machine?.devices.map(describeDevice) ?? []
  const places = libraries.map(({ source, build = '', folder, state }) => [source, build, state, shortPath(folder)])
  const switches = Object.entries(machine?.environment ?? {})
  const parts = [
    checks.map(describeCheck).join('\n'),
    section('Devices', [['cores', String(cores)], ...devices]),
    ...Object.entries(precision).map(([device, effects]) =>
      section(`Precision on ${deviceName(device)}`, Object.entries(effects).flatMap(describeEffect)),
    ),
    ...(places.length > 0 ? [section('Where the TensorFlow library is looked for', places)] : []),
    ...(switches.length > 0 ? [section('Switches', switches)] : []),
    ok ? 'This machine can train.' : 'Training is not possible until the problems are solved.',
  ]
  return parts.join('\n\n')
}

/** TensorFlow states no true memory of the CPU. */
function describeDevice({
  name,
  type,
  memoryBytes,
  model = '',
  computeCapability,
}: MachineDescription['devices'][number]): string[] {
  return [
    deviceName(name),
    model,
    type === 'CPU' ? '' : formatBytes(memoryBytes),
    computeCapability === undefined ? '' : `compute capability ${computeCapability}`,
  ]
}

/** A switch, whether it does anything, and what or why not, on lines of at most 80 columns. */
function describeEffect([name, { effective, reason }]: [string, Effect]): string[][] {
  const [first = '', ...rest] = wrap(reason, 48).split('\n')
  return [[name, effective ? 'works' : 'no effect', first], ...rest.map((line) => ['', '', line])]
}

/** What is long goes under its name. */
function describeCheck({ name, state, detail }: Check): string {
  const [mark, colour] = marks[state]
  const head = `${paint(colour, mark.padEnd(9))}${name}`
  const line = `${head.padEnd(head.length - name.length + 20)}${shortPath(detail)}`
  return name.length + detail.length < 50
    ? line
    : `${head}\n${wrap(shortPath(detail), 70).replaceAll(/^/gm, ' '.repeat(9))}`
}
