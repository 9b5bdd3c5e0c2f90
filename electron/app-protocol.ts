import { protocol } from 'electron'
import { securityHeaders } from '../host/web/security-headers.ts'
import { readStatic } from '../host/web/static-files.ts'

const scheme = 'app'
export const pageOrigin = `${scheme}://anneal`

/** Makes `app://anneal` an origin like that of a secure site. Before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the files of a folder, and nothing else, as `app://anneal/...`. */
export function serveApp(folder: string): void {
  protocol.handle(scheme, async ({ url, method }) => {
    const { host, pathname } = new URL(url)
    const isRead = method === 'GET' || method === 'HEAD'
    const file = isRead && `${scheme}://${host}` === pageOrigin ? await readStatic(folder, pathname) : undefined
    if (!file) return new Response('There is nothing here.\n', { status: 404, headers: securityHeaders })
    return new Response(new Uint8Array(file.content), { headers: { ...securityHeaders, 'Content-Type': file.type } })
  })
}
