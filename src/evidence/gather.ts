import type pg from 'pg'
import { alertTraits } from '../core/model/alert-kinds/alert-kinds.ts'
import type { Limits } from '../core/model/limits.ts'
import { minOf } from '../core/model/lists.ts'
import { hourMs, minuteMs } from '../core/model/units.ts'
import { pathTo } from '../record/tree.ts'
import { readNote, type Head } from '../record/signed-note.ts'
import type { RecordKey } from '../record-key.ts'
import { findAlert, type AlertDetail } from '../store/alerts/alerts.ts'
import {
  listLeafHashes,
  listOrderVersions,
  listProtectedPeople,
  listRawFixes,
  listTellings,
  listWornDevices,
  type RawFix,
  type Telling,
  type WornDevice,
} from '../store/alerts/evidence-rows.ts'
import { listAuditEntries } from '../store/record/audit-entries.ts'
import { findLastHead } from '../store/record/audit-heads.ts'
import { withholdPlaces, type ShownVersion } from './withhold.ts'

/** Whose positions and places a bundle of this alert holds, and of which stretch. */
export async function findBounds(
  db: pg.ClientBase | pg.Pool,
  detail: AlertDetail,
): Promise<EvidenceBounds> {
  const { alert, evidence } = detail
  const personIds = [
    ...new Set([
      ...[alert.offenderId, alert.victimId].filter((id) => id !== null),
      ...evidence.fixes.map(({ personId }) => personId),
    ]),
  ]
  const firstMs = minOf([alert.occurredAtMs, ...evidence.fixes.map((fix) => fix.recordedAtMs)])
  const lastMs = Math.max(alert.lastSeenAtMs, alert.clearedAtMs ?? 0, alert.raisedAtMs)
  const fromMs = firstMs - hourMs
  const stretch = { fromMs, untilMs: Math.min(lastMs + halfHourMs, fromMs + longestMs) }
  const devices = await listWornDevices(db, { personIds, ...stretch })
  const placedIds = await findPlaced(db, detail)
  return { ...stretch, personIds, placedIds, devices }
}

/** Whose home the banned area may be about. Fixed addresses are of the alert's own people alone. */
async function findPlaced(
  db: pg.ClientBase | pg.Pool,
  { alert, evidence: { protectionOrderVersion: version } }: AlertDetail,
): Promise<readonly string[]> {
  const { protectionOrderId, locationBanId } = alert
  if (locationBanId === null || protectionOrderId === null || version === null) return []
  return await listProtectedPeople(db, protectionOrderId, version)
}

/** What was before the alert, and after its end, shows where people came from and went. */
const halfHourMs = 30 * minuteMs
/** What goes on for weeks is not one bundle. */
const longestMs = 48 * hourMs

export type EvidenceBounds = {
  readonly fromMs: number
  readonly untilMs: number
  /** Whose fixes it holds. */
  readonly personIds: readonly string[]
  /** Whose place is given away by the area that the alert is about. */
  readonly placedIds: readonly string[]
  readonly devices: readonly WornDevice[]
}

/**
 * Everything about the alert, of one moment: call it in a repeatable-read transaction, after the
 * reading is on record.
 */
export async function gather(db: pg.ClientBase, request: GatherRequest): Promise<Bundle> {
  const { alertId, bounds, limits, organisationId, nowMs } = request
  const detail = await findAlert(db, alertId)
  if (detail === null) throw new Error('an alert whose reading is on record is gone')
  const { alert, evidence, transitions } = detail
  const settledBy = evidence.fixes.at(-1)?.role ?? null
  const sentence = { ...alert, settledBy, facts: evidence.facts }
  const version = evidence.protectionOrderVersion
  return {
    format: 'hoede-evidence-1',
    madeAt: new Date(nowMs).toISOString(),
    organisationId,
    alert,
    reasonInDutch: alertTraits[alert.kind].sentence.dutch(sentence),
    evidence,
    // Of another version this program has no numbers: those of that release hold.
    limits: evidence.limitsVersion === limits.version ? limits : null,
    orderVersions:
      alert.protectionOrderId === null || version === null
        ? []
        : (await listOrderVersions(db, alert.protectionOrderId, version)).map((one) =>
            withholdPlaces(one, alert),
          ),
    stretch: {
      from: new Date(bounds.fromMs).toISOString(),
      until: new Date(bounds.untilMs).toISOString(),
    },
    devices: bounds.devices,
    rawFixes: await listRawFixes(db, {
      ...bounds,
      deviceIds: bounds.devices.map(({ deviceId }) => deviceId),
    }),
    tellings: await listTellings(db, alertId),
    diary: transitions.map(({ atMs, ...transition }) => ({
      ...transition,
      at: new Date(atMs).toISOString(),
    })),
    record: await proveRecord(db, request),
  }
}

export type GatherRequest = {
  readonly alertId: string
  readonly bounds: EvidenceBounds
  readonly limits: Limits
  readonly organisationId: string
  readonly key: RecordKey
  readonly nowMs: number
}

export type Bundle = {
  readonly format: 'hoede-evidence-1'
  readonly madeAt: string
  readonly organisationId: string
  readonly alert: AlertDetail['alert']
  readonly reasonInDutch: string
  readonly evidence: AlertDetail['evidence']
  readonly limits: Limits | null
  readonly orderVersions: readonly ShownVersion[]
  readonly stretch: { readonly from: string; readonly until: string }
  readonly devices: readonly WornDevice[]
  readonly rawFixes: readonly RawFix[]
  readonly tellings: readonly Telling[]
  readonly diary: readonly (Omit<AlertDetail['transitions'][number], 'atMs'> & { at: string })[]
  readonly record: RecordProof
}

export type RecordProof = {
  /** The newest signed head; null: nothing of this organisation is signed yet. */
  readonly head: string | null
  readonly entries: readonly {
    readonly index: number
    /** The exact bytes, in base64. */
    readonly body: string
    /** From the entry to the root; null: younger than the head. */
    readonly path: readonly string[] | null
  }[]
}

/** Every entry of the record about the alert, each with its way to the root of the signed head. */
async function proveRecord(db: pg.ClientBase, request: GatherRequest): Promise<RecordProof> {
  const { alertId, organisationId, key } = request
  const found = await findLastHead(db, organisationId)
  const head: Head | null = found === null ? null : readNote(found.note, key.publicKey)
  const size = head?.size ?? 0
  const leaves = await listLeafHashes(db, organisationId, size)
  const rows = await listAuditEntries(db, {
    organisationId,
    subjectId: alertId,
    fromMs: null,
    untilMs: null,
    afterIndex: -1,
    limit: entryCountMax,
  })
  return {
    head: head === null ? null : (found?.note ?? null),
    entries: rows.map(({ index, body }) => ({
      index,
      body: body.toString('base64'),
      path: index < size ? pathTo(leaves, index).map((hash) => hash.toString('base64')) : null,
    })),
  }
}

/** Of one alert there are dozens. */
const entryCountMax = 2_000
