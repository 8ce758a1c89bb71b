import { RefusedInput } from '../../errors.ts'
import { firstOrganisationId, type ApiClient } from '../../store/registry/api-clients.ts'

/**
 * What all organisations share is for an administrator of the one that runs the installation: a
 * vendor's token speaks for the devices of all, and whoever makes desks says who may look where.
 */
export function refuseGuest({ organisationId }: ApiClient): void {
  if (organisationId === firstOrganisationId) return
  throw new RefusedInput(
    'forbidden',
    'This is for an administrator of the organisation that runs the installation.',
  )
}
