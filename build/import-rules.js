import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const renderer = join(import.meta.dirname, '../renderer')

/** The folders of views: those with a `view.ts`. */
const viewFolders = readdirSync(renderer).filter((folder) => existsSync(join(renderer, folder, 'view.ts')))
const views = viewFolders.map((folder) => `view-${folder}`)

/**
 * The rooms of the code and what may enter where, as docs/architecture.md tells it. The innermost folder that matches
 * a file is its room; what no policy allows is refused, and of the policies that match the last one counts.
 */
const rooms = {
  errors: 'shared',
  recipe: 'shared/recipe',
  'run-folder': 'shared/run-folder',
  contract: 'shared/contract',
  figures: 'shared/figures',
  rpc: 'shared/rpc',

  storage: 'storage',
  builds: 'storage/builds',
  'kept-evaluations': 'storage/evaluations',

  'c-api': 'engine/tensorflow/c-api',
  'tfjs-backend': 'engine/tensorflow/tfjs-backend',
  graph: 'engine/tensorflow/graph',
  models: 'engine/models',
  dataset: 'engine/dataset',
  'dataset-testing': 'engine/dataset/testing',
  pipeline: 'engine/pipeline',
  evaluation: 'engine/evaluation',
  training: 'engine/training',
  checkpoints: 'engine/checkpoints',
  export: 'engine/export',
  'run-writing': 'engine/run-folder',
  jobs: 'engine/jobs',
  trainer: 'engine',

  'host-machine': 'host/machine',
  'host-builds': 'host/builds',
  'host-datasets': 'host/datasets',
  'host-runs': 'host/runs',
  'host-training': 'host/training',
  'host-report': 'host/report',
  'host-page': 'host/page',
  'host-web': 'host/web',
  host: 'host',

  cli: 'cli',
  electron: 'electron',
  'electron-host': 'electron/host',

  ui: 'renderer/ui',
  charts: 'renderer/charts',
  app: 'renderer/app',
  parts: 'renderer/parts',
  ...Object.fromEntries(viewFolders.map((folder) => [`view-${folder}`, `renderer/${folder}`])),
  shell: 'renderer/shell',
  page: 'renderer',

  bench: 'bench',
  build: 'build',
  datasets: 'datasets',
  tests: 'tests',
  docs: 'docs',
}

/** The first that matches counts: folders within others come before them. */
export const elements = Object.entries(rooms)
  .map(([type, pattern]) => ({ type, pattern, partialMatch: false }))
  .sort((a, b) => b.pattern.length - a.pattern.length)

const shared = ['errors', 'recipe', 'run-folder', 'contract', 'figures']
const tensorflow = ['c-api', 'graph', 'tfjs-backend']
const whole = ['bench', 'build', 'datasets', 'tests']

/**
 * What each room may enter, besides itself.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const entries = {
  errors: [],
  recipe: ['errors'],
  'run-folder': ['errors', 'recipe'],
  contract: ['errors', 'figures', 'recipe', 'run-folder'],
  figures: ['errors'],
  rpc: ['errors'],

  storage: ['errors'],
  builds: ['errors', 'contract', 'storage'],
  'kept-evaluations': ['errors', 'run-folder', 'storage'],

  'c-api': ['errors', 'contract', 'storage', 'builds'],
  graph: ['errors', 'storage', 'c-api'],
  'tfjs-backend': ['errors', 'c-api'],
  models: [...shared, ...tensorflow, 'storage'],
  dataset: [...shared, ...tensorflow, 'storage'],
  'dataset-testing': [...shared, ...tensorflow, 'storage', 'dataset'],
  pipeline: [...shared, ...tensorflow, 'storage', 'dataset'],
  evaluation: ['errors', 'recipe', 'figures', ...tensorflow, 'models', 'pipeline'],
  training: ['errors', 'recipe', 'run-folder', ...tensorflow, 'models', 'pipeline', 'evaluation'],
  checkpoints: [...shared, ...tensorflow, 'storage', 'models'],
  export: ['errors', 'recipe', ...tensorflow, 'storage', 'models', 'evaluation'],
  'run-writing': [...shared, 'storage'],
  jobs: [
    ...[...shared, ...tensorflow, 'storage', 'builds', 'kept-evaluations', 'models', 'dataset', 'pipeline'],
    ...['evaluation', 'training', 'checkpoints', 'export', 'run-writing'],
  ],
  trainer: ['errors', 'contract', 'rpc', 'c-api', 'dataset', 'jobs'],

  'host-machine': [...shared, 'storage', 'builds'],
  'host-builds': [...shared, 'storage', 'builds', 'host-machine'],
  'host-datasets': [...shared, 'storage', 'host-machine'],
  'host-runs': [...shared, 'storage', 'kept-evaluations', 'host-machine'],
  'host-training': [
    ...[...shared, 'rpc', 'storage', 'builds', 'host-machine', 'host-builds', 'host-datasets', 'host-runs'],
  ],
  'host-page': [...shared, 'rpc', 'storage', 'host-machine', 'host-datasets', 'host-runs', 'host-training', 'host'],
  'host-report': shared,
  'host-web': ['errors', 'contract', 'rpc', 'storage', 'host-machine'],
  host: [
    ...[...shared, 'rpc', 'storage', 'builds', 'host-machine', 'host-builds', 'host-datasets', 'host-runs'],
    ...['host-training', 'host-report', 'host-page'],
  ],

  cli: [...shared, 'storage', 'host', 'host-builds', 'host-web'],
  electron: [...shared, 'rpc', 'storage', 'builds', 'host-machine', 'host-web', 'host-training'],
  'electron-host': [...shared, 'rpc', 'storage', 'host', 'host-training', 'electron'],

  ui: shared,
  charts: [...shared, 'ui'],
  app: [...shared, 'rpc', 'ui', 'charts'],
  parts: [...shared, 'ui', 'charts', 'app'],
  ...Object.fromEntries(views.map((view) => [view, [...shared, 'ui', 'charts', 'app', 'parts']])),
  shell: [...shared, 'ui', 'charts', 'app', 'parts', ...views],
  page: ['ui', 'app', 'shell'],
}

/**
 * The top folders that the files of a top folder may come to depend on, itself among them.
 * @param {string} folder
 * @returns {string[]}
 */
export function foldersEnteredFrom(folder) {
  const top = (room) => rooms[room].split('/')[0]
  const reached = new Set(Object.keys(rooms).filter((room) => top(room) === folder))
  for (const room of reached) for (const entered of entries[room] ?? []) reached.add(entered)
  return [...new Set([...reached].map(top))].sort()
}

/** Rooms that are entered by their `index.ts` alone, but from these. */
const byIndex = {
  figures: [],
  models: [],
  dataset: ['dataset-testing'],
  pipeline: [],
  'c-api': ['graph', 'tfjs-backend'],
  'tfjs-backend': [],
}

/** Packages and Node's own modules that have few places; `*` after a name covers its parts. */
const places = [
  { source: ['koffi', '@koromix/*'], only: ['c-api'] },
  { source: ['@tensorflow/*'], only: ['models', 'tfjs-backend'] },
  { source: ['electron', 'electron/*'], only: ['electron', 'electron-host'] },
  // Its GLib and the one of Electron's GTK end each other's process: only where Node runs it.
  { source: ['sharp'], only: ['cli', 'dataset-testing'] },
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

const except = (types) => ({ element: { types: { noneOf: [...types, ...whole] } } })
const from = (types) => ({ element: { types: { anyOf: types } } })
const withoutNode = [
  'errors',
  'recipe',
  'run-folder',
  'contract',
  'figures',
  'rpc',
  'ui',
  'charts',
  'app',
  'parts',
  ...views,
  'shell',
  'page',
]

export const policies = [
  { from: from(whole), allow: { to: { module: { origin: '*' } } } },
  ...Object.entries(entries).map(([room, entered]) => ({
    from: from([room]),
    allow: { to: from([room, ...entered]) },
  })),
  { from: { element: { isUnknown: false } }, allow: { to: { module: { origin: ['external', 'core'] } } } },
  ...Object.entries(byIndex).map(([room, free]) => ({
    from: except([room, ...free]),
    disallow: { to: { element: { type: room, fileInternalPath: '!index.ts' } } },
    message: `${rooms[room]} is entered by its index.ts`,
  })),
  ...places.map(({ source, only }) => ({
    from: except(only),
    disallow: { to: { module: { origin: 'external', source } } },
    message: `only ${only.join(' and ')} may import {{ dependency.source }}`,
  })),
  {
    from: from(withoutNode),
    disallow: { to: { module: { origin: 'core' } } },
    message: 'shared and renderer run without Node: no {{ dependency.source }}',
  },
  {
    from: from(['training', 'evaluation']),
    disallow: {
      to: [
        { module: { origin: 'core', source: withPrefix(diskAndNetwork) } },
        { module: { origin: 'external', source: ['birpc', 'ws'] } },
      ],
    },
    message: 'training sees neither disk nor network nor RPC: hand it a callback in place of {{ dependency.source }}',
  },
]
