import { hkdfSync } from 'node:crypto'
import { openBytes, sealBytes } from '../store/keys/sealed-bytes.ts'

/**
 * A value that a browser keeps for us and can neither read nor change, for one purpose and until a
 * time. So a sign-in that is under way takes no row, however many are begun.
 */
export function seal(key: Buffer, purpose: string, value: unknown, untilMs: number): string {
  const text = JSON.stringify({ untilMs, value })
  return sealBytes(keyFor(key, purpose), '', Buffer.from(text)).toString('base64url')
}

/** Null when it is not ours, is for something else, or its time is over. */
export function unseal(key: Buffer, purpose: string, sealed: string, nowMs: number): unknown {
  const bytes = openBytes(keyFor(key, purpose), '', Buffer.from(sealed, 'base64url'))
  if (bytes === null) return null
  const { untilMs, value } = JSON.parse(bytes.toString('utf8')) as {
    untilMs: number
    value: unknown
  }
  return untilMs > nowMs ? value : null
}

function keyFor(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', purpose, 32))
}
