import { describe, expect, it } from 'vitest'
import type { DeviceAssignment, ProtectionOrder } from '../../../src/core/model/registry.ts'
import {
  applyChange,
  assignmentsKeptMax,
  createRegistryIndex,
  findAssignment,
  findDevicesOf,
  findWearer,
  noteNamed,
  ordersOfOffender,
  ordersOfVictim,
} from '../../../src/core/model/registry-index.ts'

describe('who wears a device', () => {
  it('the wearer of a device never assigned is nobody', () => {
    expect(findWearer(createRegistryIndex(), 'd', 5)).toBeNull()
    expect(findDevicesOf(createRegistryIndex(), 'p', 5)).toEqual([])
  })

  it.each([
    [99, null],
    [100, 'anna'],
    [199, 'anna'],
    [200, 'bob'],
    [299, 'bob'],
    [300, null],
    [400, 'carl'],
    [1e15, 'carl'],
  ])(
    'the wearer of a device at %d is %s: an assignment holds from its start until just before its end',
    (atMs, wearer) => {
      const index = createRegistryIndex()
      assign(index, 'a3', 'd', 'carl', 400, null)
      assign(index, 'a1', 'd', 'anna', 100, 200)
      assign(index, 'a2', 'd', 'bob', 200, 300)
      expect(findWearer(index, 'd', atMs)).toBe(wearer)
    },
  )

  it('the wearer of a device is the one whose assignment began last when two overlap, and the first again when that one ends', () => {
    const index = createRegistryIndex()
    assign(index, 'a1', 'd', 'anna', 0, null)
    assign(index, 'a2', 'd', 'bob', 50, 60)
    expect([49, 50, 59, 60].map((atMs) => findWearer(index, 'd', atMs))).toEqual([
      'anna',
      'bob',
      'bob',
      'anna',
    ])
    expect(findDevicesOf(index, 'anna', 55)).toEqual([])
    expect(findDevicesOf(index, 'bob', 55)).toEqual(['d'])
  })

  it('the wearer of a device follows an assignment that is changed, to another person and another device', () => {
    const index = createRegistryIndex()
    assign(index, 'a1', 'd', 'anna', 0, null)
    assign(index, 'a1', 'e', 'bob', 10, 20)
    expect(findWearer(index, 'd', 15)).toBeNull()
    expect(findWearer(index, 'e', 15)).toBe('bob')
    expect(findDevicesOf(index, 'anna', 15)).toEqual([])
    expect(findDevicesOf(index, 'bob', 15)).toEqual(['e'])
    expect(findAssignment(index, 'e', 15)?.validFromMs).toBe(10)
  })

  it('one person may wear two devices', () => {
    const index = createRegistryIndex()
    assign(index, 'a1', 'd', 'anna', 0, null)
    assign(index, 'a2', 'e', 'anna', 5, null)
    expect(findDevicesOf(index, 'anna', 5)).toEqual(['d', 'e'])
    expect(findDevicesOf(index, 'anna', 4)).toEqual(['d'])
  })

  it('the list of assignments stays bounded: the oldest ended ones are let go first', () => {
    const index = createRegistryIndex()
    assign(index, 'lasting', 'd', 'anna', 0, null)
    for (let number = 0; number < assignmentsKeptMax + 50; number++) {
      assign(index, `a${number}`, 'd', 'bob', 10 + number * 10, 15 + number * 10)
    }
    expect(index.assignmentsByDevice.get('d')).toHaveLength(assignmentsKeptMax)
    expect(index.deviceAssignments.size).toBe(assignmentsKeptMax)
    expect(findWearer(index, 'd', 5)).toBe('anna')
    expect(findWearer(index, 'd', 10 + (assignmentsKeptMax + 49) * 10)).toBe('bob')
  })
})

describe('orders of a person', () => {
  it('the orders of a person are found from both sides, by id, whatever order they came in', () => {
    const index = createRegistryIndex()
    applyOrder(index, 'o2', 1, 'otto', ['vera'])
    applyOrder(index, 'o1', 1, 'otto', ['vera', 'wil', 'vera'])
    applyOrder(index, 'o3', 1, 'oscar', ['vera'])
    expect(ordersOfOffender(index, 'otto').map((order) => order.id)).toEqual(['o1', 'o2'])
    expect(ordersOfVictim(index, 'vera').map((order) => order.id)).toEqual(['o1', 'o2', 'o3'])
    expect(ordersOfVictim(index, 'nobody')).toEqual([])
  })

  it('the orders of a person follow the latest version, and an older one that comes by again is ignored', () => {
    const index = createRegistryIndex()
    expect(applyOrder(index, 'o1', 1, 'otto', ['vera'])).toBe(true)
    expect(applyOrder(index, 'o1', 3, 'otto', ['wil'])).toBe(true)
    expect(applyOrder(index, 'o1', 2, 'otto', ['vera'])).toBe(false)
    expect(ordersOfVictim(index, 'vera')).toEqual([])
    expect(ordersOfVictim(index, 'wil').map((order) => order.id)).toEqual(['o1'])
    expect(index.protectionOrders.get('o1')?.version).toBe(3)
  })

  it('the orders of a person take the same version again without doubling it', () => {
    const index = createRegistryIndex()
    applyOrder(index, 'o1', 1, 'otto', ['vera'])
    applyOrder(index, 'o1', 1, 'otto', ['vera'])
    expect(ordersOfOffender(index, 'otto')).toHaveLength(1)
    expect(ordersOfVictim(index, 'vera')).toHaveLength(1)
  })
})

it('the cases of a person stand in the order in which orders first named that person', () => {
  const index = createRegistryIndex()
  applyOrder(index, 'o1', 1, 'otto', [])
  applyOrder(index, 'o2', 1, 'piet', ['vera', 'wil'])
  applyOrder(index, 'o1', 2, 'otto', ['vera'])
  applyOrder(index, 'o2', 2, 'piet', ['wil'])
  // Whom a former version named is still of the case.
  applyOrder(index, 'o2', 3, 'piet', ['vera'])
  expect(Object.fromEntries(index.casesByPerson)).toEqual({
    otto: ['otto'],
    piet: ['piet'],
    vera: ['piet', 'otto'],
    wil: ['piet'],
  })
  // As a restart is told it, before it is told of the orders in another order.
  const anew = createRegistryIndex()
  noteNamed(anew, { offenderId: 'piet', proximityBans: [{ victimId: 'wil' }] })
  applyOrder(anew, 'o0', 1, 'jan', ['wil'])
  applyOrder(anew, 'o2', 1, 'piet', ['wil'])
  expect(anew.casesByPerson.get('wil')).toEqual(['piet', 'jan'])
})

describe('vendors, persons and devices', () => {
  it('all vendors, persons and devices are upserted by id', () => {
    const index = createRegistryIndex()
    applyChange(index, { type: 'vendor', vendor: { id: 'v', name: 'one' } })
    applyChange(index, { type: 'vendor', vendor: { id: 'v', name: 'two' } })
    applyChange(index, { type: 'person', person: { id: 'p', role: 'victim', reference: 'r' } })
    const device = { id: 'd', vendorId: 'v', serialNumber: 's', kind: 'victim-device' } as const
    applyChange(index, { type: 'device', device: { ...device, reportIntervalSeconds: 60 } })
    expect(index.vendors.get('v')?.name).toBe('two')
    expect(index.persons.get('p')?.role).toBe('victim')
    expect(index.devices.get('d')?.serialNumber).toBe('s')
  })
})

type Index = ReturnType<typeof createRegistryIndex>

function assign(
  index: Index,
  id: string,
  deviceId: string,
  personId: string,
  validFromMs: number,
  validUntilMs: number | null,
): void {
  const deviceAssignment: DeviceAssignment = { id, deviceId, personId, validFromMs, validUntilMs }
  applyChange(index, { type: 'device-assignment', deviceAssignment })
}

function applyOrder(
  index: Index,
  id: string,
  version: number,
  offenderId: string,
  victimIds: readonly string[],
): boolean {
  const protectionOrder: ProtectionOrder = {
    id,
    version,
    reference: id,
    legalBasis: 'civil-ban',
    offenderId,
    validFromMs: 0,
    validUntilMs: 1_000,
    status: 'active',
    locationBans: [],
    proximityBans: victimIds.map((victimId, position) => ({
      id: `${id}-${position}`,
      victimId,
      separationMeters: 1_000,
      approachMeters: 2_000,
    })),
    escalation: null,
  }
  return applyChange(index, { type: 'protection-order', protectionOrder })
}
