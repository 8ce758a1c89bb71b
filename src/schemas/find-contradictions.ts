import type { z } from 'zod'
import { metersBetween } from '../../geo/distance.ts'
import type { ProposedBan } from '../core/enforceability/proposal.ts'
import { centresOfBan } from '../core/enforceability/reach.ts'
import { isLatitudeFirst } from '../core/model/latitude-first.ts'
import { minOf } from '../core/model/lists.ts'
import { instantMs } from './common.ts'
import type { enforceabilityBodySchema } from './enforceability.ts'
import type { BodyFault } from './faults.ts'

type Body = z.output<typeof enforceabilityBodySchema>

/**
 * Two things said of one and the same that cannot both be so: whoever asks says which, since to
 * choose would be to choose the kinder.
 */
export function findContradictions(body: Body, ban: ProposedBan): BodyFault[] {
  return [...ofFixedAddress(body), ...ofSecrecy(body, ban), ...ofTimes(body, ban), ...ofAxes(body)]
}

/** An area has said so before. No number: a log may keep it. */
function ofAxes({ circle, victimAddresses, offenderFixedAddresses }: Body): BodyFault[] {
  const places = [
    { pointer: '/circle', place: circle },
    ...(victimAddresses ?? []).map((place, at) => ({ pointer: `/victimAddresses/${at}`, place })),
    ...(offenderFixedAddresses ?? []).map((place, at) => ({
      pointer: `/offenderFixedAddresses/${at}`,
      place,
    })),
  ]
  return places.flatMap(({ pointer, place }) => {
    if (place == null || !isLatitudeFirst(place.longitude, place.latitude)) return []
    const detail =
      'expected longitude and latitude, got them in each other’s place: this lies off Somalia, and in the Netherlands once they are swapped'
    const detailNl =
      'Lengte en breedte zijn verwisseld: zo ligt dit bij Somalië, en omgekeerd in Nederland.'
    return [{ pointer: `${pointer}/longitude`, code: 'invalid-value', detail, detailNl }]
  })
}

function ofFixedAddress({ hasFixedAddress, offenderFixedAddresses }: Body): BodyFault[] {
  const pointer = '/offenderFixedAddresses'
  if (hasFixedAddress === true && offenderFixedAddresses?.length === 0) {
    const detail =
      'expected the fixed address that hasFixedAddress says there is, got an empty list'
    return [{ pointer, code: 'invalid-value', detail }]
  }
  if (hasFixedAddress === false && (offenderFixedAddresses ?? []).length > 0) {
    const detail = 'expected none, as hasFixedAddress says that there is none; got one or more'
    return [{ pointer, code: 'invalid-value', detail }]
  }
  return []
}

function ofSecrecy(body: Body, ban: ProposedBan): BodyFault[] {
  const { victimAddressSecret, distanceFromSecretAddressMeters: distance } = body
  const secret = (body.victimAddresses ?? []).filter((address) => address.secret)
  if (victimAddressSecret === false && (secret.length > 0 || distance != null)) {
    const what = secret.length > 0 ? 'an address is marked so' : 'its distance is given'
    const detail = `expected true or nothing, because ${what}; got false`
    return [{ pointer: '/victimAddressSecret', code: 'invalid-value', detail }]
  }
  const centres = centresOfBan(ban)
  if (distance == null || centres.length === 0 || secret.length === 0) return []
  const least = minOf(
    centres.flatMap((centre) => secret.map((address) => metersBetween(centre, address))),
  )
  if (Math.abs(least - distance) <= sameMeters) return []
  // Not by how much: a log may keep it.
  const detail =
    'expected how far the nearest secret address that is given lies from the middle, or nothing; got another distance'
  return [{ pointer: '/distanceFromSecretAddressMeters', code: 'invalid-value', detail }]
}

/** In an order a distance to somebody holds as long as the order does. */
function ofTimes({ schedule }: Body, ban: ProposedBan): BodyFault[] {
  if (schedule == null) return []
  if (ban.kind === 'proximity') {
    const detail = 'expected none: a distance to a person holds as long as its order; got times'
    return [{ pointer: '/schedule', code: 'invalid-value', detail }]
  }
  return schedule.exceptions.flatMap(({ from, until }, index) => {
    if (from == null || until == null || instantMs(until) > instantMs(from)) return []
    const pointer = `/schedule/exceptions/${index}/until`
    const detail = 'expected a time after from, got one that is not'
    return [{ pointer, code: 'ends-before-start', detail }]
  })
}

/** As somebody reads a distance off a map. */
const sameMeters = 50
