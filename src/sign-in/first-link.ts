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
): Promise<FirstLink | null> {
  if (origin === null) return null
  const linkOf = (token: string): string => `${origin}/sign-in#link=${token}`
  return await inTransaction(pool, async (tx) => {
    if (await hasStaff(tx)) return null
    if (!isDemo) {
      const first = { purpose: 'first-administrator', staffId: null, ...byNobody } as const
      return { link: linkOf(await makeLink(tx, nowMs, first)), makeAnother: null }
    }
    const staffId = await insertStaff(tx, {
      organisationId: firstOrganisationId,
      displayName: 'Demo',
      issuer: localIssuer,
      subject: null,
    })
    await setStaffRoles(tx, staffId, staffRoles, null)
    const asDemo = { purpose: 'sign-in', staffId, ...byNobody } as const
    return {
      link: linkOf(await makeLink(tx, nowMs, asDemo)),
      makeAnother: async (laterMs) =>
        linkOf(await inTransaction(pool, async (later) => await makeLink(later, laterMs, asDemo))),
    }
  })
}

export type FirstLink = {
  readonly link: string
  /**
   * Of a demonstration: whoever signed in by the first link has no other way back once the session
   * is over. Known to this process alone, so that no later start gives a link to what is there.
   */
  readonly makeAnother: ((nowMs: number) => Promise<string>) | null
}

const byNobody = { createdBy: null, needsSecond: false } as const
