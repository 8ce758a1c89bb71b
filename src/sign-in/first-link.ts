import type pg from 'pg'
import type { AppConfig } from '../config.ts'
import { staffRoles } from '../core/model/contract-words.ts'
import {
  hasStaff,
  insertStaff,
  localIssuer,
  setStaffRoles,
} from '../store/people/staff-accounts.ts'
import { inTransaction } from '../store/pg/pool.ts'
import { firstOrganisationId, makeLink } from './links.ts'

/**
 * The link with which somebody becomes the first administrator, or null when there is somebody
 * already. A new start makes a new one, and the one before is worthless. For a demonstration it
 * signs in at once, as somebody who is everything.
 */
export async function makeFirstLink(
  pool: pg.Pool,
  { publicOrigin: origin, isDemo }: Pick<AppConfig, 'publicOrigin' | 'isDemo'>,
  nowMs: number,
): Promise<string | null> {
  if (origin === null) return null
  const token = await inTransaction(pool, async (tx) => {
    if (await hasStaff(tx)) return null
    if (!isDemo)
      return await makeLink(tx, nowMs, {
        purpose: 'first-administrator',
        staffId: null,
        createdBy: null,
        needsSecond: false,
      })
    const staffId = await insertStaff(tx, {
      organisationId: firstOrganisationId,
      displayName: 'Demo',
      issuer: localIssuer,
      subject: null,
    })
    await setStaffRoles(tx, staffId, staffRoles, null)
    return await makeLink(tx, nowMs, {
      purpose: 'sign-in',
      staffId,
      createdBy: null,
      needsSecond: false,
    })
  })
  return token === null ? null : `${origin}/sign-in#link=${token}`
}
