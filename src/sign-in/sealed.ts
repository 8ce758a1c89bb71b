import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/**
 * A value that a browser keeps for us and can neither read nor change, for one purpose and until a
 * time. So a sign-in that is under way takes no row, however many are begun.
 */
export function seal(key: Buffer, purpose: string, value: unknown, untilMs: number): string {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', keyFor(key, purpose), iv)
  const text = JSON.stringify({ untilMs, value })
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
}

/** Null when it is not ours, is for something else, or its time is over. */
export function unseal(key: Buffer, purpose: string, sealed: string, nowMs: number): unknown {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < ivBytes + tagBytes) return null
  const decipher = createDecipheriv(
    'aes-256-gcm',
    keyFor(key, purpose),
    bytes.subarray(0, ivBytes),
    { authTagLength: tagBytes },
  )
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
  const text = decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8')
  try {
    decipher.final()
  } catch {
    // That is how a tag that does not fit is told; nothing else ends here.
    return null
  }
  const { untilMs, value } = JSON.parse(text) as { untilMs: number; value: unknown }
  return untilMs > nowMs ? value : null
}

const ivBytes = 12
const tagBytes = 16

function keyFor(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', purpose, 32))
}
