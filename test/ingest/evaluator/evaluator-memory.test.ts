import { afterAll, beforeAll, expect, it } from 'vitest'
import { setDeadline } from '../../../src/core/engine/dossier-deadlines.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { RegistryChange } from '../../../src/core/model/registry.ts'
import { windowScope } from '../../../src/core/engine/engine.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { loadMemory } from '../../../src/ingest/evaluator/evaluator-memory.ts'
import { ClockFailure, judgeRow } from '../../../src/ingest/evaluator/judge-row.ts'
import { encodeFixes, encodeRegistryChange } from '../../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import {
  saveSnapshots,
  usualSnapshotKey,
} from '../../../src/store/evaluator/evaluator-snapshots.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { journalRegistryChange } from '../../../src/store/registry/load-registry.ts'
import { makeIds, updateProtectionOrder } from '../../../src/store/registry/protection-orders.ts'
import { insertPerson } from '../../../src/store/registry/registry-rows.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addCase, banCentre, farAway, makeFix } from '../../support/journal-world.ts'
import { createSilentLog } from '../../support/silent-log.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('an invariant broken by the passing of time fails as the clock, and time stands still while the clock is held', async () => {
  let isClockHeld = false
  const memory = await loadMemory(database.pool, {
    shard: 0,
    limits: defaultLimits,
    log: createSilentLog(),
    isClockHeld: () => isClockHeld,
  })
  // What is in no state to be judged fails when its deadline has come.
  const broken = JSON.parse('{}')
  setDeadline(memory.engine.ceasing, broken, 1_000)
  expect(memory.advance(999)).toEqual([])
  expect(() => memory.advance(1_000)).toThrow(ClockFailure)
  isClockHeld = true
  expect(memory.advance(2_000)).toEqual([])
  expect(memory.clockMs()).toBe(1_000)
})

it('whoever is seen in the moment in which hundreds are due is judged first, and of the others nobody is left out', async () => {
  const memory = await loadMemory(database.pool, {
    shard: 0,
    limits: defaultLimits,
    log: createSilentLog(),
    isClockHeld: () => false,
  })
  const startMs = Date.parse('2026-03-01T12:00:00Z')
  const hour = 3_600_000
  for (const change of registerMany(200, startMs)) memory.applyRegistryChange(change, startMs)
  const all = Array.from({ length: 200 }, (_, at) => monitorOf(at))
  for (let minute = 1; minute <= 3; minute += 1) {
    judge(memory, all, startMs + minute * 60_000, farAway)
  }
  const told = judge(memory, [monitorOf(150)], startMs + 2 * hour, banCentre)
  expect(told.map(nameEffect)).toEqual(
    expect.arrayContaining(['device-silent order-150', 'location-ban-breach order-150']),
  )
  // Each has a vendor of its own, so that no incident speaks for them.
  expect(told.filter((effect) => nameEffect(effect).startsWith('device-silent'))).toHaveLength(1)
  expect(memory.isDueLeft()).toBe(true)
  const after: Effect[] = []
  const piece = { wholeMax: 50, countMax: 50, deviceIds: [], isEveryDevice: false }
  let pieceCount = 0
  for (; memory.isDueLeft(); pieceCount += 1) {
    after.push(...memory.advance(startMs + 2 * hour, piece))
  }
  expect(pieceCount).toBeGreaterThan(2)
  const silent = after.map(nameEffect).filter((name) => name.startsWith('device-silent'))
  expect(new Set(silent).size).toBe(199)
})

it('a change made in the moment in which hundreds are due waits for those whom it concerns, and for nobody else', async () => {
  const memory = await loadMemory(database.pool, {
    shard: 0,
    limits: defaultLimits,
    log: createSilentLog(),
    isClockHeld: () => false,
  })
  const startMs = Date.parse('2026-03-01T12:00:00Z')
  const atMs = startMs + 2 * 3_600_000
  const changes = registerMany(200, startMs)
  for (const change of changes) memory.applyRegistryChange(change, startMs)
  const all = Array.from({ length: 200 }, (_, at) => monitorOf(at))
  for (let minute = 1; minute <= 3; minute += 1) {
    judge(memory, all, startMs + minute * 60_000, farAway)
  }
  const silent: string[] = []
  for (const [place, type] of [
    [150, 'device'],
    [151, 'device-assignment'],
    [152, 'protection-order'],
    [153, 'vendor'],
  ] as const) {
    const change = changes.filter((one) => one.type === type)[place]
    const payload = encodeRegistryChange(change!)
    const row = { id: 0, shard: 0, kind: journalKinds.registryChange, payload }
    const { effects } = judgeRow(memory, {
      ...row,
      entryCount: 1,
      committedAtMs: atMs,
      ...atItsPlace,
    })
    silent.push(...effects.map(nameEffect).filter((name) => name.startsWith('device-silent')))
  }
  expect(silent).toEqual([150, 151, 152].map((place) => `device-silent order-${place}`))
  expect(memory.isDueLeft()).toBe(true)
})

it('the cases of a person come after a restart in the order in which orders first named that person', async () => {
  const { pool } = database
  const atMs = Date.parse('2026-03-01T12:00:00Z')
  const victim = await insertPerson(pool, { role: 'victim', reference: 'v' })
  const [earlier, later] = [await addCase(pool, { atMs }), await addCase(pool, { atMs })]
  const changedBy = await pool.query<{ id: string }>('select id from api_clients limit 1')
  const ban = { victimId: victim.id, separationMeters: 1_000, approachMeters: 2_000 }
  let journalId = 0
  for (const { order } of [later, earlier]) {
    const [id = ''] = await makeIds(pool, 1)
    const protectionOrder = { ...order, version: 2, proximityBans: [{ id, ...ban }] }
    await updateProtectionOrder(pool, protectionOrder, changedBy.rows[0]?.id ?? '')
    journalId = await journalRegistryChange(pool, { type: 'protection-order', protectionOrder })
  }
  await inTransaction(pool, (tx) =>
    saveSnapshots(tx, {
      shard: 0,
      journalId,
      clockMs: atMs,
      keyScope: usualSnapshotKey,
      later: windowScope,
      isEverything: true,
      snapshots: [],
    }),
  )
  const { engine } = await loadMemory(pool, {
    shard: 0,
    limits: defaultLimits,
    log: createSilentLog(),
    isClockHeld: () => false,
  })
  const cases = engine.dossiers.membersOf(victim.id).map(({ dossier }) => dossier.offenderId)
  expect(cases).toEqual([later.offenderId, earlier.offenderId])
})

/** As a row comes that is judged where it lies. */
const atItsPlace = {
  placeId: 0,
  turn: null,
  isWithheld: false,
  lockedKeyId: null,
  change: null,
} as const

type Memory = Awaited<ReturnType<typeof loadMemory>>

function judge(
  memory: Memory,
  deviceIds: readonly string[],
  atMs: number,
  place: typeof farAway | typeof banCentre,
): readonly Effect[] {
  const fixes = deviceIds.map((deviceId) => makeFix(deviceId, atMs, place, { receivedAtMs: atMs }))
  const row = { id: 0, shard: 0, kind: journalKinds.fixes, payload: encodeFixes(fixes) }
  return judgeRow(memory, { ...row, entryCount: fixes.length, committedAtMs: atMs, ...atItsPlace })
    .effects
}

function monitorOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

function nameEffect(effect: Effect): string {
  if (effect.type !== 'alert-raised') return effect.type
  return `${effect.alert.kind} ${effect.alert.protectionOrderId}`
}

function registerMany(count: number, startMs: number): RegistryChange[] {
  const area = { type: 'circle', ...banCentre, radiusMeters: 300 } as const
  return Array.from({ length: count }, (_, at): RegistryChange[] => {
    const [offenderId, deviceId, vendorId] = [`offender-${at}`, monitorOf(at), `vendor-${at}`]
    const validity = { validFromMs: startMs, validUntilMs: startMs + 400 * 86_400_000 }
    const worn = { id: `worn-${at}`, deviceId, personId: offenderId, ...validity }
    const device = {
      id: deviceId,
      vendorId,
      serialNumber: deviceId,
      kind: 'ankle-monitor',
    } as const
    const ban = { id: `ban-${at}`, label: 'home', area, approachMeters: 0, schedule: null }
    const order = { id: `order-${at}`, version: 1, reference: `order-${at}`, offenderId } as const
    return [
      { type: 'vendor', vendor: { id: vendorId, name: vendorId } },
      { type: 'person', person: { id: offenderId, role: 'offender', reference: offenderId } },
      { type: 'device', device: { ...device, reportIntervalSeconds: 60 } },
      { type: 'device-assignment', deviceAssignment: worn },
      {
        type: 'protection-order',
        protectionOrder: {
          ...order,
          ...validity,
          legalBasis: 'special-condition',
          status: 'active',
          escalation: null,
          locationBans: [ban],
          proximityBans: [],
        },
      },
    ]
  }).flat()
}
