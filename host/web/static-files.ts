import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

export interface StaticFile {
  readonly content: Buffer
  readonly type: string
  /** Its name holds a hash of its content. */
  readonly immutable: boolean
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/**
 * A file below a folder, by the path of an address; nothing where there is none, or it lies outside. A path
 * without an extension is a place within the page, which is its `index.html`.
 */
export async function readStatic(folder: string, pathname: string): Promise<StaticFile | undefined> {
  const wanted = decode(pathname)
  if (wanted === undefined || wanted.includes('\0')) return undefined
  const type = types[extname(wanted)]
  const file = extname(wanted) === '' ? 'index.html' : wanted
  if (file !== 'index.html' && type === undefined) return undefined
  try {
    const root = await realpath(folder)
    // Links are followed before the place is compared.
    const path = await realpath(join(root, file))
    if (!path.startsWith(root + sep)) return undefined
    return { content: await readFile(path), type: type ?? types['.html']!, immutable: wanted.startsWith('/assets/') }
  } catch {
    return undefined
  }
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return undefined
  }
}
