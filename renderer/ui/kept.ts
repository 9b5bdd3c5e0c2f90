/** Pages below several paths of one host share the browser's store, so one that lies below a path has names of its own. */
const nameHere = (name: string): string => {
  const folder = globalThis.location?.pathname.replace(/[^/]*$/, '') ?? '/'
  return folder === '/' ? name : `${folder} ${name}`
}

/** What the page keeps for the next visit, as JSON under a name; `undefined` where it keeps none, or what it keeps is not JSON. */
export function readKept(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(nameHere(name)) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** Where there is no place to keep it, it lasts as long as the page. */
export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(nameHere(name), JSON.stringify(value))
  } catch {
    return
  }
}
