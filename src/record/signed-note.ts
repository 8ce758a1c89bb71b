import { createHash, sign, verify, type KeyObject } from 'node:crypto'

/**
 * A head as a signed note: the log's name, how many entries it covers and their root, a blank line,
 * and the signature by Ed25519 (the checkpoint form of C2SP, so that other programs can check it).
 */
export function writeNote(head: Head, privateKey: KeyObject, publicKey: KeyObject): string {
  const text = noteText(head)
  const signature = sign(null, Buffer.from(text), privateKey)
  const signed = Buffer.concat([keyHash(head.origin, publicKey), signature]).toString('base64')
  return `${text}\n${signatureMark}${head.origin} ${signed}\n`
}

/** The head that a note says, if this key signed it; null for anything else. */
export function readNote(note: string, publicKey: KeyObject): Head | null {
  const [text, signatures, ...rest] = note.split('\n\n')
  if (text === undefined || signatures === undefined || rest.length > 0) return null
  const [origin, size, root, ...more] = text.split('\n')
  if (origin === undefined || size === undefined || root === undefined || more.length > 0)
    return null
  const head = { origin, size: Number(size), root: Buffer.from(root, 'base64') }
  // One way to write it: what is compared is what was signed.
  if (noteText(head) !== `${text}\n`) return null
  const expected = keyHash(origin, publicKey)
  const isSigned = signatures.split('\n').some((line) => {
    if (!line.startsWith(`${signatureMark}${origin} `)) return false
    const signed = Buffer.from(line.slice(signatureMark.length + origin.length + 1), 'base64')
    const signature = signed.subarray(keyHashLength)
    if (!signed.subarray(0, keyHashLength).equals(expected)) return false
    return verify(null, Buffer.from(`${text}\n`), publicKey, signature)
  })
  return isSigned ? head : null
}

/** Which log a head is of: one per organisation. */
export function originOf(organisationId: string): string {
  return `hoede/record/${organisationId}`
}

export type Head = { readonly origin: string; readonly size: number; readonly root: Buffer }

const signatureMark = '— '
const keyHashLength = 4
/** The kind of signature: Ed25519. */
const ed25519Mark = Buffer.of(1)

function noteText({ origin, size, root }: Head): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

/** Which key signed, so that a reader with several knows which to try. */
function keyHash(name: string, publicKey: KeyObject): Buffer {
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  return createHash('sha256')
    .update(`${name}\n`)
    .update(ed25519Mark)
    .update(raw)
    .digest()
    .subarray(0, keyHashLength)
}
