import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * The step of the clock whose code this is, or null. A step that was accepted before, or one before
 * it, is not accepted again: a code that somebody read over a shoulder is worth nothing once used.
 */
export function findTotpStep(
  secret: Buffer,
  code: string,
  at: { readonly nowMs: number; readonly lastStep: number | null },
): number | null {
  const now = Math.floor(at.nowMs / stepMs)
  let found: number | null = null
  // All are compared, whichever fits, so that the time says nothing.
  for (let step = now - stepsAside; step <= now + stepsAside; step += 1) {
    const isSame = isEqual(totpCode(secret, step), code)
    if (isSame && (at.lastStep === null || step > at.lastStep)) found = step
  }
  return found
}

/** RFC 6238 with SHA-1 and six digits: what every authenticator app does unless told otherwise. */
export function totpCode(secret: Buffer, step: number, digits = 6): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** As long as the hash it goes into (RFC 4226, section 4). */
export function makeTotpSecret(): Buffer {
  return randomBytes(20)
}

/** What an authenticator app reads from a QR code or a link. */
export function totpAddress(secret: Buffer, signInName: string): string {
  const label = encodeURIComponent(`Hoede:${signInName}`)
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=Hoede`
}

/** As people type it (RFC 4648, without padding). */
export function base32(bytes: Buffer): string {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((group) => alphabet.charAt(Number.parseInt(group.padEnd(5, '0'), 2))).join('')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const stepMs = 30_000
/** A clock of a phone may be so many steps off, and a code typed at the end of its time. */
const stepsAside = 1

function isEqual(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
