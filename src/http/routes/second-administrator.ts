import type { FastifyRequest } from 'fastify'
import { RefusedInput } from '../../errors.ts'
import { firstOrganisationId } from '../../sign-in/links.ts'
import {
  findStaff,
  hadOtherAdministrator,
  type StaffAccount,
} from '../../store/people/staff-accounts.ts'
import { endFirstLinks, findWaitingLink } from '../../store/people/sign-in-links.ts'
import type { Db } from '../../store/pg/pool.ts'
import { listMakersOf } from '../../store/registry/api-clients.ts'
import type { RouteDeps } from '../route-deps.ts'

type Asking = Pick<FastifyRequest, 'apiClient'>

/**
 * Whether a link for somebody waits for a second administrator: else one, who holds the link, could
 * be the second person of everything. `nobody-there`: there never was another one, and this lets
 * the first other one in. A token that the server itself made, or the configuration, is the last
 * resort of an installation that nobody can administer any more; one that somebody made is their
 * hand.
 */
export async function findSecondStanding(
  tx: Db,
  { config, clock }: Pick<RouteDeps, 'config' | 'clock'>,
  { apiClient }: Asking,
  { staff, purpose }: { readonly staff: StaffAccount; readonly purpose: 'enrol' | 'recover' },
): Promise<'needed' | 'nobody-there' | 'not-needed'> {
  const hands = await listHandsOf(tx, apiClient)
  if (hands.length === 0) return config.twoPeople === 'everybody' ? 'needed' : 'not-needed'
  const isOnlyAdministrator = staff.roles.length === 1 && staff.roles[0] === 'administrator'
  if (purpose !== 'enrol' || !isOnlyAdministrator) return 'needed'
  const organisationIds = [staff.organisationId, firstOrganisationId]
  const isOther = (): Promise<boolean> =>
    hadOtherAdministrator(tx, organisationIds, [...hands, staff.id])
  if (await isOther()) return 'needed'
  // The first other one is one: with several links several would come in by one hand.
  await endFirstLinks(tx, { hands, staffId: staff.id, nowMs: clock.nowMs() })
  // Asked again, as one of them may have been used while this waited for it.
  return (await isOther()) ? 'needed' : 'nobody-there'
}

/** The link that waits for this administrator, who did not make it by whatever hand. */
export async function findLinkToConfirm(
  tx: Db,
  { apiClient }: Asking,
  { staffId, nowMs }: { readonly staffId: string; readonly nowMs: number },
): Promise<string> {
  const link = await findWaitingLink(tx, staffId, nowMs)
  if (link === null) throw new RefusedInput('conflict', 'No link of theirs waits to be confirmed.')
  if (apiClient.person === null)
    throw new RefusedInput('conflict', 'Somebody who is signed in confirms it; a token does not.')
  const makers = [link.createdBy, ...(await listMakersOf(tx, link.createdBy))]
  if (makers.includes(apiClient.id))
    throw new RefusedInput('conflict', 'You made this link: another administrator confirms it.')
  return link.id
}

/** The people behind a caller; none behind a token that the server made. */
async function listHandsOf(tx: Db, { id, person }: Asking['apiClient']): Promise<string[]> {
  if (person !== null) return [id]
  const hands: string[] = []
  for (const maker of await listMakersOf(tx, id)) {
    if ((await findStaff(tx, maker)) !== null) hands.push(maker)
  }
  return hands
}
