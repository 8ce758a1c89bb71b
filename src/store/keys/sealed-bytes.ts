import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/**
 * AES-256-GCM: a nonce, at random or one that never comes again, the tag, and the same number of
 * bytes again, behind what `head` says. `about` says what it is: laid in another place it opens no
 * more. Copied once: a copy of some kilobytes costs more than the cipher.
 */
export function sealBytes(
  key: Uint8Array,
  about: string,
  plain: Uint8Array,
  nonce: Uint8Array = randomBytes(nonceBytes),
  head: Uint8Array = nothing,
): Buffer {
  assert(nonce.length === nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce)
  cipher.setAAD(Buffer.from(about))
  const body = cipher.update(plain)
  // With this cipher nothing is left for the end but the tag.
  cipher.final()
  return Buffer.concat([head, nonce, cipher.getAuthTag(), body])
}

/** Null: it was not sealed so, with this key, or somebody has touched it. */
export function openBytes(key: Uint8Array, about: string, sealed: Uint8Array): Buffer | null {
  if (sealed.length < nonceBytes + tagBytes) return null
  const nonce = sealed.subarray(0, nonceBytes)
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(about))
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
  const plain = decipher.update(sealed.subarray(nonceBytes + tagBytes))
  try {
    // With this cipher nothing is left for the end but the tag: copying all would be in vain.
    decipher.final()
    return plain
  } catch {
    // That is how a tag that does not fit is told; nothing else ends here.
    return null
  }
}

const algorithm = 'aes-256-gcm'
const nothing = new Uint8Array()
const nonceBytes = 12
const tagBytes = 16
