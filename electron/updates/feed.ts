import { z } from 'zod'
import { compareVersions } from '../../shared/compare-versions.ts'
import { AnnealError } from '../../shared/errors.ts'

/** A feed, or a package that it names, cannot be used. */
export class UpdateError extends AnnealError {}

/** How Anneal came to where it runs. Only the packages that a feed can name have a kind. */
export const packageKinds = ['deb', 'tar.gz'] as const
export type PackageKind = (typeof packageKinds)[number]

/** Larger than any package will be. */
const MOST_PACKAGE = 8e9
/** A feed is a few hundred bytes. */
const MOST_FEED = 65_536
const MOST_REDIRECTS = 5
/** Milliseconds in which a feed has to have come. */
const PATIENCE = 20_000

const number = '(0|[1-9]\\d{0,5})'

/** What a feed's file tells: the newest version, and its packages, which lie beside the file. */
export const feedSchema = z.object({
  version: z.string().regex(new RegExp(`^${number}\\.${number}\\.${number}$`)),
  packages: z
    .array(
      z.object({
        kind: z.enum(packageKinds),
        /** A name alone: no path can lead out of the feed's folder, nor out of the one where it is kept. */
        file: z.string().regex(/^[A-Za-z0-9][\w.+~-]{0,199}$/),
        bytes: z.int().min(1).max(MOST_PACKAGE),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(20),
})
export type Feed = z.infer<typeof feedSchema>
export type FeedPackage = Feed['packages'][number]

/** The feed's file for a system. */
export const feedFile = (platform: string, arch: string): string => `latest-${platform}-${arch}.json`

/** The address of a file of a feed. Throws an `UpdateError` where that of the feed is none, or not safe. */
export function addressIn(feed: string, file: string): URL {
  const base = URL.canParse(feed) ? new URL(feed) : undefined
  if (!base)
    throw new UpdateError(`"${feed}" is not an address; name the folder of the feed, as https://example.org/anneal/.`)
  checkSafe(base)
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return new URL(file, base)
}

function checkSafe(url: URL): URL {
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isHere)) return url
  throw new UpdateError(
    `${url.origin} is not asked for updates, since others could change its answer on the way; name an address with https.`,
  )
}

/** Asks for the feed of a system. Throws an `UpdateError`. */
export async function fetchFeed(feed: string, file: string): Promise<Feed> {
  const url = addressIn(feed, file)
  const text = await fetchText(url)
  const parsed = feedSchema.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  throw new UpdateError(`${url.href} is not a feed of Anneal; look whether its address is right.`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function fetchText(url: URL): Promise<string> {
  const signal = AbortSignal.timeout(PATIENCE)
  try {
    const response = await follow(url, signal)
    if (!response.ok)
      throw new UpdateError(`${url.href} answered ${response.status}; look whether the feed's address is right.`)
    return await bounded(response, url)
  } catch (error) {
    if (error instanceof UpdateError) throw error
    const { cause, name } = error as Error & { cause?: NodeJS.ErrnoException }
    throw new UpdateError(`${url.host} cannot be reached (${cause?.code ?? name}); try again later.`, { cause: error })
  }
}

/** Every address on the way has to be safe. */
async function follow(url: URL, signal: AbortSignal): Promise<Response> {
  let at = url
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const response = await fetch(at, { signal, redirect: 'manual' })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null || !URL.canParse(location, at.href))
      return response
    await response.body?.cancel()
    at = checkSafe(new URL(location, at))
  }
  throw new UpdateError(`${url.href} leads from one address to the next; look whether the feed's address is right.`)
}

async function bounded(response: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > MOST_FEED)
      throw new UpdateError(`${url.href} is too long for a feed; look whether its address is right.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Whether a version comes after another. */
export const isNewer = (version: string, than: string): boolean => compareVersions(version, than) > 0
