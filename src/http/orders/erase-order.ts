import type pg from 'pg'
import { RefusedInput } from '../../errors.ts'
import { isHeld } from '../../store/cases/retention-holds.ts'
import { destroyKeyOfEndedCase, findKeyState } from '../../store/keys/data-keys.ts'
import { scopeOfCase } from '../../store/keys/sealed-orders.ts'
import type { Db } from '../../store/pg/pool.ts'
import {
  findProtectionOrderForUpdate,
  hasOpenAlerts,
  hasPlacesInTheClear,
} from '../../store/registry/protection-orders.ts'
import type { RouteDeps } from '../route-deps.ts'
import { peopleOfOrder } from './registry-change.ts'

/**
 * Where the bans of an order lay, what they were called, and its fixed addresses, in every version,
 * row of the journal and proposal, and where people were by the evidence of its alerts: read by
 * nobody any more, once its key is destroyed.
 */
export async function eraseOrder(
  tx: pg.PoolClient,
  { machinery }: Erasing,
  orderId: string,
): Promise<Erased | 'overtaken'> {
  const found = await findProtectionOrderForUpdate(tx, orderId)
  if (found === null) return 'overtaken'
  const why = await whyNotErased(tx, { machinery }, orderId)
  // While this is asked nothing else destroys it: a try before did, and was not written down.
  if (why !== null && why !== erasedBefore) return 'overtaken'
  // No person has a part in keys, so it is over at once; what is on record follows, or this is
  // still open and is confirmed again.
  await destroyKeyOfEndedCase(machinery, orderId)
  return { madeVersion: null, personIds: peopleOfOrder(found.order) }
}

/** Refused where it would take away what still protects, or would leave a place readable. */
export async function refuseErasing(tx: Db, deps: Erasing, orderId: string): Promise<void> {
  const why = await whyNotErased(tx, deps, orderId)
  if (why !== null) throw new RefusedInput('conflict', why)
}

type Erasing = Pick<RouteDeps, 'machinery'>

type Erased = { readonly madeVersion: null; readonly personIds: readonly string[] }

const erasedBefore = 'It was erased before.'

async function whyNotErased(
  tx: Db,
  { machinery }: Erasing,
  orderId: string,
): Promise<string | null> {
  const found = await findProtectionOrderForUpdate(tx, orderId)
  if (found === null) return 'No protection order has this id.'
  if (found.order.status !== 'ended') return 'Expected an order that has ended: this one protects.'
  if (await hasOpenAlerts(tx, orderId)) return 'An alert of it is not closed.'
  if (await isHeld(tx, orderId)) return 'It is held, as it may be asked for.'
  const state = await findKeyState(machinery, scopeOfCase(orderId))
  if (state === 'destroyed') return erasedBefore
  if (state === 'there' && !(await hasPlacesInTheClear(tx, orderId))) return null
  return 'It has a version or an alert from before places were sealed, which no key erases: "npm run keys -- --seal" seals it.'
}
