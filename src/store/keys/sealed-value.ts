import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Db } from '../pg/pool.ts'
import type { OpenedPiece } from './data-keys.ts'
import { keysOf } from './keys-of.ts'

/**
 * As text, for a field of JSON. `about` says what it is and whose. Packed first: what is sealed
 * cannot be packed afterwards, and some of it is long.
 */
export async function sealValue(
  db: Db,
  scope: string,
  about: string,
  value: unknown,
): Promise<string> {
  const packed = deflateRawSync(JSON.stringify(value))
  return (await keysOf(db).seal(scope, about, packed)).toString('base64url')
}

/** In their order, still packed. One look for all. */
export async function openPacked(
  db: Db,
  pieces: readonly SealedValue[],
): Promise<readonly OpenedPiece[]> {
  if (pieces.length === 0) return []
  return await keysOf(db).open(
    // What is no text opens as little as a text that was touched.
    pieces.map(({ text, about }) => ({ sealed: Buffer.from(String(text), 'base64url'), about })),
  )
}

export function unpackValue(packed: Buffer): unknown {
  return JSON.parse(inflateRawSync(packed).toString('utf8'))
}

export type SealedValue = { readonly text: string; readonly about: string }
