import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits, as text that needs no escaping in an address. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** Whether a text is the token, in a time that does not tell how much of it is right. */
export function isToken(given: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given ?? ''), digest(token)) && given !== undefined
}

/** What a cookie holds in a token's place: the same after a restart, and the token cannot be told from it. */
export const cookieSecret = (token: string): string => createHmac('sha256', token).update('cookie').digest('base64url')
