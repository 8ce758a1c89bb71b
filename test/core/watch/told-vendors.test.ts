import { expect, it } from 'vitest'
import {
  noteSilencesTold,
  putVendors,
  type ToldVendor,
} from '../../../src/core/watch/told-vendors.ts'
import {
  assignment,
  createWorld,
  device,
  locationBan,
  minute,
  orderChange,
  person,
  raisedOf,
} from '../watch-world.ts'

const flapping = { alertId: 'of the vendor', longestMs: minute, isTold: true }

it('a device that was told of by itself stays told while its vendor comes and goes', () => {
  const { watch, now } = createWorld()
  const put = (told: ToldVendor['flapping']): void => {
    putVendors(watch, [{ ...none, flapping: told }], now())
  }
  const missed = { d0: 3, d1: 1 }
  put({ ...flapping, missed })
  const vendor = watch.vendors.get('vendor')!
  vendor.flapping = { ...flapping, missed, toldIds: ['d0', 'd1'] }
  // In all of its last returns d1 was back.
  put({ ...flapping, missed: { d0: 7 } })
  expect(vendor.flapping).toEqual({ ...flapping, missed: { d0: 7 }, toldIds: ['d0'] })
  put({ ...flapping, alertId: 'another', missed: { d0: 1 } })
  expect(vendor.flapping?.toldIds).toBeUndefined()
  put(null)
  expect(vendor.flapping).toBeNull()
})

it('a device under an incident that was told and is over speaks for itself after a moment, where no vendor is judged', () => {
  const world = createWorld()
  const { watch } = world
  watch.share = { isOwn: () => true, isOfVendors: false, findSituation: null }
  world.register(
    { type: 'vendor', vendor: { id: 'vendor', name: 'vendor' } },
    person('offender', 'offender'),
    device('d0', 'ankle-monitor'),
    assignment('d0', 'offender'),
    orderChange({ id: 'order', offenderId: 'offender', locationBans: [locationBan] }),
  )
  world.advance(minute)
  world.fix('d0')
  world.advance(2 * minute)
  const incident = { alertId: 'of the vendor', priority: 'P1' as const }
  const incidentSinceMs = world.now()
  putVendors(watch, [{ ...none, incident, incidentSinceMs }], world.now())
  expect(raisedOf(world.advance(20 * minute))).toEqual([])
  const returnedAtMs = world.now()
  putVendors(watch, [{ ...none, incidentSinceMs, returnedAtMs }], returnedAtMs)
  expect(raisedOf(world.advance(5 * minute)).map(({ kind }) => kind)).toEqual(['device-silent'])
})

it('a silence that was told elsewhere is known where vendors are judged', () => {
  const world = createWorld()
  const { watch } = world
  world.register(device('d0', 'ankle-monitor'))
  world.fix('d0')
  const alert = { id: 'silence', kind: 'device-silent', deviceId: 'd0', priority: 'P2' }
  noteSilencesTold(watch, [{ type: 'alert-raised', alert } as never])
  expect(watch.devices.get('d0')?.silence).toEqual({ alertId: 'silence', priority: 'P2' })
})

const none: ToldVendor = {
  id: 'vendor',
  incident: null,
  incidentSinceMs: null,
  toldMs: null,
  returnedAtMs: null,
  heardBetween: [],
  flapping: null,
}
