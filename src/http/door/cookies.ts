/**
 * The value of a cookie, or null when there is none or two: of two, one was planted (a page on
 * another port of this host can set one), and nobody can say which.
 */
export function readCookie(header: string | undefined, name: string): string | null {
  if (header === undefined || header.length > headerLengthMax) return null
  const values = header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1))
  const [value] = values
  return values.length === 1 && value !== undefined && value !== '' ? value : null
}

/**
 * Nobody but the server reads it, and no other site's page sends it. `__Host-` makes the browser
 * refuse one that is set without TLS (or off this machine), for a domain, or by a page below.
 */
export function hostCookie(name: `__Host-${string}`, value: string, secondsMax: number): string {
  return `${name}=${value}; Path=/; Max-Age=${secondsMax}; HttpOnly; Secure; SameSite=Strict`
}

/** Comes back on the way from the issuer, which is another site: only for the sign-in itself. */
export function flowCookie(name: `__Secure-${string}`, value: string, secondsMax: number): string {
  return `${name}=${value}; Path=/sign-in; Max-Age=${secondsMax}; HttpOnly; Secure; SameSite=Lax`
}

const headerLengthMax = 16_384
