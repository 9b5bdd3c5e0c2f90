import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits, as text that needs no escaping in an address. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** Whether a text is the token, in a time that does not tell how much of it is right. */
export function isToken(given: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given ?? ''), digest(token)) && given !== undefined
}
