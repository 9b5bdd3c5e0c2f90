import util from 'node:util'

/**
 * tfjs-node 4.22 calls two functions of `node:util` that Node 23 removed; Electron's Node is newer than that.
 * Import this before it.
 */
const removed = {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: (value: unknown): boolean => Array.isArray(value),
}

for (const [name, value] of Object.entries(removed)) if (!(name in util)) Object.defineProperty(util, name, { value })
