import type pg from 'pg'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { Registry, RegistryChange } from '../../src/core/model/registry.ts'
import { createEvaluatorRound } from '../../src/ingest/evaluator/evaluator-round.ts'
import type { EvaluatorRound } from '../../src/ingest/evaluator/round-deps.ts'
import { createCounts, snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { loadStanding } from '../../src/ingest/evaluator/standing.ts'
import { loadMemory } from '../../src/ingest/evaluator/evaluator-memory.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { createSilentLog } from './silent-log.ts'
import { openEvaluatorPlace } from '../../src/store/evaluator/evaluator-place.ts'
import { copyToHistory } from '../../src/store/history/history.ts'
import {
  encodeDeviceEvents,
  encodeFixes,
  encodeRegistryChange,
} from '../../src/store/journal/journal-codec.ts'
import { journalKinds, type JournalKind } from '../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../src/store/journal/journal.ts'
import type { Db } from '../../src/store/pg/pool.ts'
import { registryChanges } from '../../src/core/model/registry.ts'
import { readFence } from './lease.ts'

/**
 * Plays a scenario into a database through the real evaluator, on a clock of its own:
 * rows are committed when they would have been, and between them the evaluator rests as
 * long as it asks for, in no time.
 */
export async function playScenario(pool: pg.Pool, played: PlayedScenario): Promise<void> {
  const client = await pool.connect()
  const doorbell = createLocalDoorbell({ log: createSilentLog() })
  let nowMs = played.startMs
  const clock = { nowMs: () => nowMs }
  const open = async (): Promise<EvaluatorRound> => {
    const log = createSilentLog()
    const memory = await loadMemory(client, {
      shard: 0,
      limits: defaultLimits,
      log,
      isClockHeld: () => false,
    })
    const place = await openEvaluatorPlace(client, 0)
    const counts = createCounts()
    const limits = defaultLimits
    const fence = await readFence(client)
    const recorded = await loadStanding(client)
    const shared = { pool, clock, log, limits, doorbell, shard: 0, snapshotMs: snapshotMsDefault }
    return createEvaluatorRound({
      isFailing: () => false,
      ...shared,
      client,
      fence,
      memory,
      place,
      recorded,
      waiting: [],
      counts,
    })
  }
  try {
    for (const change of registryChanges(played.registry)) {
      await saveRegistered(client, change)
      await append(client, nowMs, journalKinds.registryChange, 1, encodeRegistryChange(change))
      nowMs += 1
    }
    let round = await open()
    for (const [place, batch] of batchesOf(played).entries()) {
      if (isInOutage(played, batch.committedAtMs)) nowMs = Math.max(nowMs, batch.committedAtMs)
      while (nowMs < batch.committedAtMs) {
        const restMs = await round.step()
        nowMs = Math.max(nowMs + 1, Math.min(nowMs + restMs + 1, batch.committedAtMs))
      }
      if ('fixes' in batch) {
        const { fixes } = batch
        const payload = encodeFixes(fixes)
        await append(client, nowMs, journalKinds.fixes, fixes.length, payload)
      } else if ('change' in batch) {
        const { change } = batch
        await saveRegistered(client, change)
        await append(client, nowMs, journalKinds.registryChange, 1, encodeRegistryChange(change))
      } else {
        const { events } = batch
        const payload = encodeDeviceEvents(events)
        await append(client, nowMs, journalKinds.deviceEvents, events.length, payload)
      }
      if (place % 8 === 0) await copyToHistory(pool, { shard: 0, rowCountMax: 64 })
      const isAfterChange = 'change' in batch
      if (isAfterChange || played.restartsAt?.includes(place) === true) {
        if (isAfterChange) await round.step()
        if (isAfterChange || place % 2 === 0) await round.finish()
        round = await open()
      }
    }
    while (nowMs < played.endMs) {
      const restMs = await round.step()
      await copyToHistory(pool, { shard: 0, rowCountMax: 64 })
      nowMs += restMs + 1
    }
    await round.step()
  } finally {
    await doorbell.close()
    client.release()
  }
}

export type PlayedScenario = {
  readonly registry: Registry
  /** By receipt. */
  readonly fixes: readonly Fix[]
  readonly deviceEvents: readonly DeviceEvent[]
  readonly startMs: number
  readonly endMs: number
  /**
   * After which batches the evaluator is started anew; the odd ones without having saved anything.
   */
  readonly restartsAt?: readonly number[]
  /** Made on the way; the evaluator is started anew after each. */
  readonly changes?: readonly { readonly atMs: number; readonly change: RegistryChange }[]
  /** While the evaluator does nothing and rows pile up. */
  readonly outage?: { readonly fromMs: number; readonly untilMs: number }
}

function isInOutage({ outage }: PlayedScenario, atMs: number): boolean {
  return outage !== undefined && atMs >= outage.fromMs && atMs < outage.untilMs
}

type Batch = { readonly committedAtMs: number } & (
  | { readonly fixes: readonly Fix[] }
  | { readonly events: readonly DeviceEvent[] }
  | { readonly change: RegistryChange }
)

/** What is received within this is one row. */
const groupMs = 200
const commitMs = 4

function batchesOf(played: PlayedScenario): readonly Batch[] {
  const fixes = groups(played.fixes).map((group) => {
    return { committedAtMs: group.at(-1)!.receivedAtMs + commitMs, fixes: group }
  })
  const events = groups(played.deviceEvents).map((group) => {
    return { committedAtMs: group.at(-1)!.receivedAtMs + commitMs, events: group }
  })
  const changes = (played.changes ?? []).map(({ atMs, change }) => {
    return { committedAtMs: atMs, change }
  })
  return [...fixes, ...events, ...changes].toSorted(
    (one, other) => one.committedAtMs - other.committedAtMs,
  )
}

function groups<T extends { readonly receivedAtMs: number }>(entries: readonly T[]): T[][] {
  const grouped: T[][] = []
  for (const entry of entries) {
    const last = grouped.at(-1)
    if (last !== undefined && entry.receivedAtMs - last[0]!.receivedAtMs <= groupMs) {
      last.push(entry)
    } else grouped.push([entry])
  }
  return grouped
}

async function append(
  db: Db,
  atMs: number,
  kind: JournalKind,
  entryCount: number,
  payload: Buffer,
): Promise<void> {
  const id = await appendJournal(db, { shard: 0, kind, entryCount, payload })
  await db.query(
    'update journal set committed_at = to_timestamp($2::float8 / 1000) where id = $1',
    [id, atMs],
  )
}

/** The tables beside the journal, with the ids of the scenario. */
async function saveRegistered(db: Db, change: RegistryChange): Promise<void> {
  switch (change.type) {
    case 'vendor':
      await db.query('insert into vendors (id, name) values ($1, $2)', [
        change.vendor.id,
        change.vendor.name,
      ])
      return
    case 'person': {
      const { id, role, reference } = change.person
      await db.query('insert into persons (id, role, reference) values ($1, $2, $3)', [
        id,
        role,
        reference,
      ])
      return
    }
    case 'device': {
      const { id, vendorId, serialNumber, kind, reportIntervalSeconds } = change.device
      await db.query(
        `insert into devices (id, vendor_id, serial_number, kind, report_interval_seconds)
         values ($1, $2, $3, $4, $5)`,
        [id, vendorId, serialNumber, kind, reportIntervalSeconds],
      )
      return
    }
    case 'device-assignment': {
      const { id, deviceId, personId, validFromMs, validUntilMs } = change.deviceAssignment
      await db.query(
        `insert into device_assignments (id, device_id, person_id, valid_from, valid_until)
         values ($1, $2, $3, to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000))`,
        [id, deviceId, personId, validFromMs, validUntilMs],
      )
      return
    }
    case 'protection-order': {
      const order = change.protectionOrder
      await db.query(
        `insert into protection_orders
           (id, version, reference, legal_basis, offender_id, valid_from, valid_until, status)
         values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), to_timestamp($7::float8 / 1000), $8)
         on conflict (id) do update set version = excluded.version`,
        [
          order.id,
          order.version,
          order.reference,
          order.legalBasis,
          order.offenderId,
          order.validFromMs,
          order.validUntilMs,
          order.status,
        ],
      )
      await db.query(
        `insert into protection_order_versions (protection_order_id, version, body) values ($1, $2, $3)`,
        [order.id, order.version, JSON.stringify(order)],
      )
    }
  }
}
