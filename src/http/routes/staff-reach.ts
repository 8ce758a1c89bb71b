import type { FastifyRequest } from 'fastify'
import { RefusedInput } from '../../errors.ts'
import { firstOrganisationId } from '../../sign-in/links.ts'
import {
  findStaff,
  hasOtherAdministrator,
  organisationExists,
  type StaffAccount,
} from '../../store/people/staff-accounts.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { RouteDeps } from '../route-deps.ts'

/** Whom an administrator may reach, and what nobody may do to themselves or to the last one. */
export type StaffRequest = Pick<FastifyRequest, 'apiClient'> & {
  readonly params: { readonly id: string }
}

export async function readStaff(db: Db, request: StaffRequest): Promise<StaffAccount> {
  const staff = await findStaff(db, request.params.id)
  const own = ownOrganisation(request)
  if (staff === null || (own !== null && staff.organisationId !== own))
    throw new RefusedInput('not-found', 'Nobody whom you may administer has this id.')
  return staff
}

/** Also those of another organisation, to whoever administers the installation. */
export async function readStaffToConfirm(db: Db, request: StaffRequest): Promise<StaffAccount> {
  const staff = await findStaff(db, request.params.id)
  const { organisationId } = request.apiClient
  const isNear = staff?.organisationId === organisationId || organisationId === firstOrganisationId
  if (staff === null || !isNear)
    throw new RefusedInput('not-found', 'Nobody whom you may administer has this id.')
  return staff
}

/** Null: of all; for a token of whoever runs the installation. Any other reaches its own people. */
export function ownOrganisation({ apiClient }: Pick<FastifyRequest, 'apiClient'>): string | null {
  const { person, organisationId } = apiClient
  return person === null && organisationId === firstOrganisationId ? null : organisationId
}

export async function organisationFor(
  { machinery: pool }: RouteDeps,
  request: Pick<FastifyRequest, 'apiClient'>,
  wanted: string | undefined,
): Promise<string> {
  const own = ownOrganisation(request)
  const organisationId = wanted ?? own ?? firstOrganisationId
  const isAllowed = own === null || own === organisationId
  if (isAllowed && (await organisationExists(pool, organisationId))) return organisationId
  throw new RefusedInput('unknown-reference', null, [
    {
      pointer: '/organisationId',
      code: 'unknown-reference',
      detail: 'expected an organisation that you administer, got another id',
    },
  ])
}

export function refuseOneself(request: StaffRequest, staff: StaffAccount): void {
  if (request.apiClient.id !== staff.id) return
  throw new RefusedInput('conflict', 'Nobody does this to themselves: ask another administrator.')
}

export async function refuseLast(tx: Db, staff: StaffAccount): Promise<void> {
  if (!staff.roles.includes('administrator')) return
  if (await hasOtherAdministrator(tx, staff.organisationId, staff.id)) return
  throw new RefusedInput(
    'conflict',
    'This is the last administrator of the organisation. Make another one first.',
  )
}
