import { expect, it } from 'vitest'
import { putIntoWatch, takeFromWatch } from '../../../src/core/watch/hand-over.ts'
import {
  assignment,
  createWorld,
  device,
  endedOf,
  locationBan,
  minute,
  orderChange,
  person,
  raisedOf,
} from '../watch-world.ts'

const registry = [
  { type: 'vendor', vendor: { id: 'vendor', name: 'vendor' } } as const,
  person('offender', 'offender'),
  device('d0', 'ankle-monitor'),
  assignment('d0', 'offender'),
  orderChange({ id: 'order', offenderId: 'offender', locationBans: [locationBan] }),
]
const ids = new Set(['offender', 'd0'])
const share = (isOfVendors: boolean) => ({ isOwn: () => true, isOfVendors, findSituation: null })

it('a silence goes along with its device, and ends where the device is heard then', () => {
  const one = createWorld()
  const other = createWorld()
  one.watch.share = share(false)
  for (const world of [one, other]) {
    world.register(...registry)
    world.advance(minute)
    world.fix('d0')
  }
  // What the other watch had known of the device by itself counts no longer.
  other.event('d0', 'battery-critical', { batteryFraction: 0.02 })
  expect(other.watch.devices.get('d0')?.battery).not.toBeNull()
  const [silence] = raisedOf(one.advance(10 * minute))
  expect(silence?.kind).toBe('device-silent')
  other.watch.share = { ...share(false), isOwn: () => false }
  other.advance(10 * minute)
  other.watch.share = share(false)
  putIntoWatch(other.watch, takeFromWatch(one.watch, ids))
  expect(other.watch.devices.get('d0')?.battery).toBeNull()
  expect(endedOf(other.fix('d0')).map(({ alertId }) => alertId)).toEqual([silence!.id])
  expect([...one.watch.devices.keys(), ...one.watch.orders.keys()]).toEqual([])
  expect([...one.watch.vendors.get('vendor')!.devices]).toEqual([])
  expect(raisedOf(one.advance(60 * minute))).toEqual([])
})

it('whoever judges vendors goes on hearing a device that is judged elsewhere', () => {
  const world = createWorld()
  const { watch } = world
  watch.share = share(true)
  world.register(...registry)
  world.advance(minute)
  world.fix('d0')
  takeFromWatch(watch, ids)
  watch.share = { ...share(true), isOwn: () => false }
  expect(raisedOf(world.advance(20 * minute))).toEqual([])
  expect(watch.devices.get('d0')?.isOverdue).toBe(true)
})
