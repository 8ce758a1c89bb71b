import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { destination } from '../../geo/distance.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type {
  Device,
  DeviceAssignment,
  Person,
  ProtectionOrder,
} from '../../src/core/model/registry.ts'
import { explainAlert } from '../../src/explain/explain.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { banCentre, makeFix } from '../support/journal-world.ts'
import { playScenario } from '../support/played-scenario.ts'

const startMs = Date.UTC(2026, 2, 10, 8)
const minuteMs = 60_000
const intervalMs = 15_000
const endMs = startMs + 130 * minuteMs

const vendor = { id: randomUUID(), name: 'Vendor' }
const persons: Person[] = []
const devices: Device[] = []
const deviceAssignments: DeviceAssignment[] = []

function addPerson(role: Person['role']): { readonly id: string; readonly deviceId: string } {
  const id = randomUUID()
  const deviceId = randomUUID()
  persons.push({ id, role, reference: id })
  devices.push({
    id: deviceId,
    vendorId: vendor.id,
    serialNumber: deviceId,
    kind: role === 'offender' ? 'ankle-monitor' : 'victim-device',
    reportIntervalSeconds: intervalMs / 1_000,
  })
  deviceAssignments.push({
    id: randomUUID(),
    deviceId,
    personId: id,
    validFromMs: startMs - 86_400_000,
    validUntilMs: null,
  })
  return { id, deviceId }
}

function orderOf(offenderId: string, victimId: string | null): ProtectionOrder {
  return {
    id: randomUUID(),
    version: 1,
    reference: randomUUID(),
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFromMs: startMs - 86_400_000,
    validUntilMs: startMs + 300 * 86_400_000,
    status: 'active',
    locationBans: [
      {
        id: randomUUID(),
        label: 'woning',
        area: { type: 'circle', ...banCentre, radiusMeters: 300 },
        approachMeters: 500,
        schedule: null,
      },
    ],
    proximityBans:
      victimId === null
        ? []
        : [{ id: randomUUID(), victimId, separationMeters: 1_000, approachMeters: 2_000 }],
    escalation: null,
  }
}

const far = destination(banCentre.longitude, banCentre.latitude, 90, 6_000)
const elsewhere = destination(banCentre.longitude, banCentre.latitude, 270, 6_000)

/** Never twice the same within the hours of a test: 31 and 37 have no divisor in common. */
function wander(place: { readonly longitude: number; readonly latitude: number }, atMs: number) {
  const step = atMs / intervalMs
  return {
    longitude: place.longitude + (step % 31) * 2e-6,
    latitude: place.latitude + (step % 37) * 2e-6,
  }
}

/**
 * Every quarter of a minute at one place, but for the stretches held back; those come in
 * late, and inside the ban. A receiver at rest wanders by a metre: one that gives its place of
 * before to the last digit remembers it, and ends nothing.
 */
function reportsOf(
  deviceId: string,
  place: { readonly longitude: number; readonly latitude: number },
  heldBack: readonly { fromMin: number; untilMin: number; receivedMin: number }[],
  facts: Partial<Fix> = {},
): Fix[] {
  const fixes: Fix[] = []
  for (let atMs = startMs + minuteMs; atMs < endMs - minuteMs; atMs += intervalMs) {
    const minute = (atMs - startMs) / minuteMs
    const late = heldBack.find(({ fromMin, untilMin }) => minute >= fromMin && minute < untilMin)
    if (late === undefined) fixes.push(makeFix(deviceId, atMs, wander(place, atMs), facts))
    else {
      const receivedAtMs = startMs + late.receivedMin * minuteMs + (minute - late.fromMin) * 10
      fixes.push(makeFix(deviceId, atMs, banCentre, { ...facts, receivedAtMs }))
    }
  }
  return fixes
}

describe('alerts of what came in late, was judged again, or was learned by the clock', () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    const lateOne = addPerson('offender')
    const rejudgedOne = addPerson('offender')
    const blindOne = addPerson('offender')
    const amendedOne = addPerson('offender')
    const pairedOne = addPerson('offender')
    const staleVictim = addPerson('victim')
    const poor = { accuracyMeters: 5_000 }
    const fixes = [
      ...reportsOf(lateOne.deviceId, far, [{ fromMin: 90, untilMin: 95, receivedMin: 99 }]),
      ...reportsOf(rejudgedOne.deviceId, far, [
        { fromMin: 20, untilMin: 24, receivedMin: 80 },
        { fromMin: 30, untilMin: 33, receivedMin: 100 },
      ]),
      ...reportsOf(blindOne.deviceId, far, [], poor),
      ...reportsOf(amendedOne.deviceId, far, [
        { fromMin: 68, untilMin: 72, receivedMin: 76 },
        { fromMin: 105, untilMin: 108, receivedMin: 108 },
      ]),
      ...reportsOf(pairedOne.deviceId, far, []),
      ...reportsOf(staleVictim.deviceId, elsewhere, [], poor),
    ].toSorted((one, other) => one.receivedAtMs - other.receivedAtMs)
    const amended = orderOf(amendedOne.id, null)
    const protectionOrders = [
      amended,
      orderOf(lateOne.id, null),
      orderOf(rejudgedOne.id, null),
      orderOf(blindOne.id, null),
      orderOf(pairedOne.id, staleVictim.id),
    ]
    const registry = { vendors: [vendor], persons, devices, deviceAssignments, protectionOrders }
    const outage = { fromMs: startMs + 40 * minuteMs, untilMs: startMs + 50 * minuteMs }
    const restartsAt = [200, 333]
    // The ban grows, and the evaluator starts anew with what came before still to come in late.
    const grown = amended.locationBans.map((ban) => {
      return { ...ban, area: { type: 'circle', ...banCentre, radiusMeters: 400 } as const }
    })
    const protectionOrder = { ...amended, version: 2, locationBans: grown }
    const change = { type: 'protection-order', protectionOrder } as const
    const changes = [{ atMs: startMs + 70.1 * minuteMs, change }]
    await playScenario(database.pool, {
      registry,
      fixes,
      deviceEvents: [],
      startMs,
      endMs,
      outage,
      changes,
      restartsAt,
    })
  }, 120_000)
  afterAll(() => database.drop())

  it('every alert that follows from the journal comes out the same, however late it was raised', async () => {
    const { rows } = await database.pool.query<{ id: string; kind: string; late: boolean }>(
      'select id, kind, late from alerts order by raised_at, id',
    )
    const raised = rows.map(({ kind, late }) => `${kind}${late ? ' late' : ''}`)
    expect(raised.filter((name) => name === 'location-ban-breach late')).toHaveLength(4)
    expect(raised).toContain('protection-degraded')
    expect(raised).toContain('position-unreliable')
    const done = await database.pool.query('select 1 from rejudgements where done_at is not null')
    expect(done.rows.length).toBeGreaterThanOrEqual(2)
    const others = []
    let rejudgedCount = 0
    for (const { id, kind } of rows) {
      const found = await explainAlert(database.pool, {
        alertId: id,
        shard: 0,
        limits: defaultLimits,
      })
      const { outcome, differences, obstacles } = found
      rejudgedCount += found.attempt?.recomputed.rejudgedCount ?? 0
      if (outcome !== 'same') others.push({ kind, outcome, differences, obstacles })
    }
    // The evaluator did nothing for ten minutes, and what is told of that does
    // not follow from the journal.
    expect(others).toEqual([
      {
        kind: 'detection-behind',
        outcome: 'not-possible',
        differences: [],
        obstacles: [{ type: 'not-of-journal' }],
      },
    ])
    expect(rejudgedCount).toBeGreaterThanOrEqual(2)
  }, 60_000)
})
