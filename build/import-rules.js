/**
 * What may import what, as docs/architecture tells it. The innermost folder that matches a file names its
 * element; what no policy allows is refused, and of the policies that match the last one counts.
 */
const folders = {
  'shared-rpc': 'shared/rpc',
  shared: 'shared',
  storage: 'storage',
  'c-api': 'engine/tensorflow/c-api',
  'tfjs-backend': 'engine/tensorflow/tfjs-backend',
  tensorflow: 'engine/tensorflow',
  models: 'engine/models',
  'data-testing': 'engine/data/testing',
  data: 'engine/data',
  training: 'engine/training',
  evaluation: 'engine/evaluation',
  engine: 'engine',
  host: 'host',
  cli: 'cli',
  electron: 'electron',
  renderer: 'renderer',
  bench: 'bench',
  build: 'build',
  datasets: 'datasets',
  tests: 'tests',
  docs: 'docs',
}

export const elements = Object.entries(folders).map(([type, pattern]) => ({ type, pattern, partialMatch: false }))

const shared = ['shared', 'shared-rpc']
const tensorflow = ['c-api', 'tfjs-backend', 'tensorflow']
const engine = [...tensorflow, 'models', 'data', 'training', 'evaluation', 'engine']

const locals = [
  { from: shared, to: shared },
  { from: ['storage'], to: [...shared, 'storage'] },
  { from: tensorflow, to: [...shared, ...tensorflow] },
  { from: ['models', 'data'], to: [...shared, ...tensorflow, 'models', 'data'] },
  { from: ['data-testing'], to: [...shared, ...tensorflow, 'data', 'data-testing'] },
  { from: ['data', 'engine', 'host', 'electron'], to: ['storage'] },
  { from: ['training'], to: ['shared', ...tensorflow, 'models', 'data', 'training'] },
  { from: ['evaluation', 'engine'], to: [...shared, ...engine] },
  { from: ['host'], to: [...shared, 'host'] },
  { from: ['cli'], to: [...shared, 'host', 'cli'] },
  { from: ['electron'], to: [...shared, 'host', 'electron'] },
  { from: ['renderer'], to: [...shared, 'renderer'] },
]

/** Packages and Node's own modules that have few places; `*` after a name covers its parts. */
const places = [
  { source: ['koffi', '@koromix/*'], only: ['c-api'] },
  { source: ['@tensorflow/*'], only: ['models', 'tfjs-backend'] },
  { source: ['electron', 'electron/*'], only: ['electron'] },
  // Its GLib and the one of Electron's GTK end each other's process: only where Node runs it.
  { source: ['sharp'], only: ['cli', 'data-testing'] },
]

const diskAndNetwork = [
  'fs',
  'net',
  'child_process',
  'http',
  'https',
  'http2',
  'tls',
  'dgram',
  'cluster',
  'worker_threads',
]
const withPrefix = (names) => names.flatMap((name) => [name, `node:${name}`])

const except = (types) => ({ element: { types: { noneOf: [...types, 'bench', 'build', 'datasets', 'tests'] } } })
const from = (types) => ({ element: { types: { anyOf: types } } })

export const policies = [
  { from: from(['bench', 'build', 'datasets', 'tests']), allow: { to: { module: { origin: '*' } } } },
  ...locals.map(({ from: importers, to }) => ({ from: from(importers), allow: { to: from(to) } })),
  { from: { element: { isUnknown: false } }, allow: { to: { module: { origin: ['external', 'core'] } } } },
  ...places.map(({ source, only }) => ({
    from: except(only),
    disallow: { to: { module: { origin: 'external', source } } },
    message: `only ${only.join(' and ')} may import {{ dependency.source }}`,
  })),
  {
    from: from([...shared, 'renderer']),
    disallow: { to: { module: { origin: 'core' } } },
    message: 'shared and renderer run without Node: no {{ dependency.source }}',
  },
  {
    from: from(['training']),
    disallow: {
      to: [
        { module: { origin: 'core', source: withPrefix(diskAndNetwork) } },
        { module: { origin: 'external', source: ['birpc', 'ws'] } },
      ],
    },
    message: 'training sees neither disk nor network nor RPC: hand it a callback in place of {{ dependency.source }}',
  },
]
