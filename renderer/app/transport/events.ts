import type { WorkbenchEvents } from '../../../shared/contract/workbench.ts'

type Listeners = { readonly [K in keyof WorkbenchEvents]: Set<WorkbenchEvents[K]> }

const listeners: Listeners = {
  runsChanged: new Set(),
  datasetsChanged: new Set(),
  runProgress: new Set(),
  modelProgress: new Set(),
  metricsGrew: new Set(),
  datasetProgress: new Set(),
  mapProgress: new Set(),
  mapEnded: new Set(),
  imagesLost: new Set(),
  runEnded: new Set(),
  load: new Set(),
  settingsChanged: new Set(),
  buildsChanged: new Set(),
}

const tellAll =
  (all: ReadonlySet<unknown>) =>
  (...args: unknown[]) =>
    (all as ReadonlySet<(...args: unknown[]) => void>).forEach((listener) => listener(...args))

/** What the host calls: each event reaches all who listen to it. */
export const workbenchEvents = Object.fromEntries(
  Object.entries(listeners).map(([name, all]) => [name, tellAll(all)]),
) as unknown as WorkbenchEvents

/** Listens until the returned function is called. */
export function onEvent<K extends keyof WorkbenchEvents>(name: K, listener: WorkbenchEvents[K]): () => void {
  listeners[name].add(listener)
  return () => void listeners[name].delete(listener)
}
