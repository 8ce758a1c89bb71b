import { hash } from 'node:crypto'
import type { LocationBan } from '../../core/model/registry.ts'
import { shareArea } from '../../core/rules/shared-areas.ts'
import { unpackValue } from './sealed-value.ts'

/**
 * The areas of an order, with their labels, as `sealValue` packed them. Read once for as long as
 * anybody has them: most versions of an order change none of its areas, and an area of thousands
 * of vertices takes most of a millisecond to read.
 */
export function readAreas(packed: Buffer): readonly LocationBan[] {
  const key = hash('sha256', packed, 'base64')
  const found = known.get(key)?.deref()
  if (found !== undefined) return found
  const bans = (unpackValue(packed) as LocationBan[]).map(shareArea)
  known.set(key, new WeakRef(bans))
  forgotten.register(bans, key)
  return bans
}

/**
 * By content. Held by the orders that have them and by nobody else, so that what is erased is gone;
 * whether a list is found or read anew cannot be told from outside.
 */
const known = new Map<string, WeakRef<readonly LocationBan[]>>()
const forgotten = new FinalizationRegistry<string>((key) => {
  if (known.get(key)?.deref() === undefined) known.delete(key)
})
