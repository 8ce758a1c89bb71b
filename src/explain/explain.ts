import type { AlertSource } from '../core/model/alert-kinds/alert-kinds.ts'
import { alertTraits } from '../core/model/alert-kinds/alert-kinds.ts'
import {
  journalAlteredCode,
  setAsideCode,
  stretchSetAsideCode,
} from '../core/model/alert-kinds/device-sentences.ts'
import type { Limits } from '../core/model/limits.ts'
import { algorithmVersion } from '../core/model/limits.ts'
import type { RegistryChange } from '../core/model/registry.ts'
import { CorruptJournal } from '../errors.ts'
import { PoisonEntry } from '../ingest/evaluator/judge-row.ts'
import type { AlertDetail } from '../store/alerts/alerts.ts'
import { findAlert } from '../store/alerts/alerts.ts'
import { listMissingJournalRows, listRegistryRows } from '../store/evaluator/dossier-journal.ts'
import { decodeRegistryChange } from '../store/journal/journal-codec.ts'
import { listPoison } from '../store/journal/poison.ts'
import type { Db } from '../store/pg/pool.ts'
import { findPrunedPlace } from '../store/history/retention.ts'
import type { Difference } from './compare.ts'
import { compareAlert } from './compare.ts'
import type { Recomputed } from './recompute.ts'
import { recompute } from './recompute.ts'
import type { ClockMode } from './scoped-judge.ts'
import type { Scope } from './scope.ts'
import { findScope, isInScope } from './scope.ts'

/**
 * Computes a stored alert again from the journal and says whether it comes out the same. Nothing is
 * written. Run it in one repeatable-read transaction, so that all it reads is of one moment.
 */
export async function explainAlert(
  db: Db,
  request: { readonly alertId: string; readonly shard: number; readonly limits: Limits },
): Promise<Explanation> {
  const stored = await findAlert(db, request.alertId)
  if (stored === null) return { ...nothing, obstacles: [{ type: 'alert-unknown' }] }
  const obstacle = findMismatch(stored, request.limits)
  if (obstacle !== null) return { ...nothing, stored, obstacles: [obstacle] }
  const untilMs = stored.alert.raisedAtMs + commitSlackMs
  const registry = await readRegistry(db, request.shard, untilMs)
  if (registry.obstacle !== null) return { ...nothing, stored, obstacles: [registry.obstacle] }
  const missing = findMissingRegistration(stored, registry.changes)
  if (missing.length > 0) return { ...nothing, stored, obstacles: missing }
  const attempts: Attempt[] = []
  for (const plan of plansOf[alertTraits[stored.alert.kind].followsFrom]) {
    const scope = findScope(stored.alert, registry.changes, plan.width)
    if (plan.width === 'wide' && attempts.some((earlier) => isSameScope(earlier.scope, scope))) {
      continue
    }
    const attempt = await tryPlan(db, request, { stored, scope, untilMs, plan })
    if ('type' in attempt) return { ...nothing, stored, obstacles: [attempt] }
    if (isSame(attempt)) {
      const isCut = await findPrunedPlace(db, request.shard)
      return { ...nothing, outcome: 'same', stored, attempt, prunedUpToId: isCut }
    }
    attempts.push(attempt)
  }
  return await settle(db, request.shard, { stored, registry, attempts, untilMs })
}

export type Explanation = {
  readonly outcome: 'same' | 'different' | 'not-possible'
  /** Null when there is no such alert. */
  readonly stored: AlertDetail | null
  /** Why it could not be computed again; empty when it could. */
  readonly obstacles: readonly Obstacle[]
  /** The attempt that came out the same, or else came nearest. */
  readonly attempt: Attempt | null
  readonly differences: readonly Difference[]
  /** Fixes and events of the journal up to here have been removed; 0 when none were. */
  readonly prunedUpToId: number
}

export type Obstacle =
  | { readonly type: 'alert-unknown' }
  | { readonly type: 'other-limits'; readonly stored: string; readonly ours: string }
  | { readonly type: 'other-algorithm'; readonly stored: string; readonly ours: string }
  /** It was raised because a row could not be judged: there is nothing to compute. */
  | { readonly type: 'set-aside'; readonly journalId: number }
  /** It is of what was on record of detection, not of the journal. */
  | { readonly type: 'not-of-journal' }
  | { readonly type: 'row-unreadable'; readonly journalId: number }
  | { readonly type: 'rows-missing'; readonly journalIds: readonly number[] }
  | { readonly type: 'journal-pruned'; readonly upToId: number }
  | {
      readonly type: 'registration-missing'
      readonly what: 'protectionOrder' | 'offender' | 'victim' | 'device'
      readonly id: string
    }

export type Attempt = {
  readonly plan: Plan
  readonly scope: Scope
  readonly recomputed: Recomputed
  /** Null when nothing like the alert came up. */
  readonly differences: readonly Difference[] | null
}

export type Plan = { readonly width: 'narrow' | 'wide'; readonly clock: ClockMode }

const nothing: Explanation = {
  outcome: 'not-possible',
  stored: null,
  obstacles: [],
  attempt: null,
  differences: [],
  prunedUpToId: 0,
}

/**
 * A row may be committed after the evaluator looked at its clock and before
 * it looked at the journal.
 */
const commitSlackMs = 60_000
const missingRowsNamedMax = 20

function findMismatch({ alert, evidence }: AlertDetail, limits: Limits): Obstacle | null {
  const { facts } = evidence
  if (alertTraits[alert.kind].followsFrom === 'nothing-in-journal')
    return { type: 'not-of-journal' }
  if (facts['code'] === stretchSetAsideCode || facts['code'] === journalAlteredCode)
    return { type: 'not-of-journal' }
  if (facts['code'] === setAsideCode) {
    return { type: 'set-aside', journalId: Number(facts['journalId']) }
  }
  if (evidence.limitsVersion !== limits.version) {
    return { type: 'other-limits', stored: evidence.limitsVersion, ours: limits.version }
  }
  if (evidence.algorithmVersion !== algorithmVersion) {
    return { type: 'other-algorithm', stored: evidence.algorithmVersion, ours: algorithmVersion }
  }
  return null
}

type ReadRegistry = {
  readonly changes: readonly RegistryChange[]
  /** The row of each change. */
  readonly journalIds: readonly number[]
  readonly obstacle: Obstacle | null
}

async function readRegistry(db: Db, shard: number, untilMs: number): Promise<ReadRegistry> {
  const changes: RegistryChange[] = []
  const journalIds: number[] = []
  const poison = await listPoison(db)
  const setAsideIds = new Set(poison.map(({ journalId }) => journalId))
  for (const row of await listRegistryRows(db, { shard, untilMs })) {
    try {
      changes.push(row.change ?? decodeRegistryChange(row.payload))
      journalIds.push(row.id)
    } catch (error) {
      if (!(error instanceof CorruptJournal)) throw error
      // Passed over here as it was by the evaluator.
      if (setAsideIds.has(row.id)) continue
      return { changes, journalIds, obstacle: { type: 'row-unreadable', journalId: row.id } }
    }
  }
  return { changes, journalIds, obstacle: null }
}

/** What the alert names and the journal never registered. */
function findMissingRegistration(
  { alert }: AlertDetail,
  changes: readonly RegistryChange[],
): readonly Obstacle[] {
  const known = new Set(changes.map(idOf))
  const named = [
    ['protectionOrder', alert.protectionOrderId],
    ['offender', alert.offenderId],
    ['victim', alert.victimId],
    ['device', alert.deviceId],
  ] as const
  return named.flatMap(([what, id]) =>
    id === null || known.has(id) ? [] : [{ type: 'registration-missing', what, id }],
  )
}

function idOf(change: RegistryChange): string {
  switch (change.type) {
    case 'vendor':
      return change.vendor.id
    case 'person':
      return change.person.id
    case 'device':
      return change.device.id
    case 'device-assignment':
      return change.deviceAssignment.id
    case 'protection-order':
      return change.protectionOrder.id
  }
}

const narrow: readonly Plan[] = [
  { width: 'narrow', clock: 'readings' },
  { width: 'narrow', clock: 'deadlines' },
]
const wide: readonly Plan[] = [
  { width: 'wide', clock: 'readings' },
  { width: 'wide', clock: 'deadlines' },
]

/** The cheapest first; the wider ones only for what may hang on more. */
const plansOf: Readonly<Record<AlertSource, readonly Plan[]>> = {
  dossier: narrow,
  people: narrow,
  'people-or-vendor': [...narrow, ...wide],
  vendor: wide,
  'nothing-in-journal': [],
}

async function tryPlan(
  db: Db,
  request: { readonly shard: number; readonly limits: Limits },
  work: {
    readonly stored: AlertDetail
    readonly scope: Scope
    readonly untilMs: number
    readonly plan: Plan
  },
): Promise<Attempt | Obstacle> {
  const { stored, scope, untilMs, plan } = work
  try {
    const { shard, limits } = request
    const { alert } = stored
    const facts = { shard, limits, alert, scope, untilMs, clock: plan.clock }
    const recomputed = await recompute(db, facts)
    const { draft } = recomputed
    const differences = draft === null ? null : compareAlert(stored, draft)
    return { plan, scope, recomputed, differences }
  } catch (error) {
    if (!(error instanceof PoisonEntry)) throw error
    return { type: 'row-unreadable', journalId: error.journalId }
  }
}

function isSame(attempt: Attempt): boolean {
  return attempt.differences !== null && attempt.differences.length === 0
}

function isSameScope(one: Scope, other: Scope): boolean {
  return (
    one.deviceIds.size === other.deviceIds.size && one.offenderIds.size === other.offenderIds.size
  )
}

/** It did not come out the same. Where part of the journal is gone, that proves nothing. */
async function settle(
  db: Db,
  shard: number,
  work: {
    readonly stored: AlertDetail
    readonly registry: ReadRegistry
    readonly attempts: readonly Attempt[]
    readonly untilMs: number
  },
): Promise<Explanation> {
  const { stored, registry, attempts, untilMs } = work
  const nearest = attempts.toSorted((one, other) => countOf(one) - countOf(other))[0] ?? null
  const differences = nearest?.differences ?? []
  const scope = nearest?.scope ?? findScope(stored.alert, registry.changes, 'narrow')
  const obstacles: Obstacle[] = []
  const prunedUpToId = await findPrunedPlace(db, shard)
  const first = registry.changes.findIndex((change) => isInScope(scope, change))
  if (prunedUpToId > (registry.journalIds[first] ?? 0)) {
    obstacles.push({ type: 'journal-pruned', upToId: prunedUpToId })
  }
  const missingIds = await listMissingJournalRows(db, {
    deviceIds: [...scope.deviceIds],
    untilMs,
    limit: missingRowsNamedMax,
  })
  const unexplained = missingIds.filter((id) => id > prunedUpToId)
  if (unexplained.length > 0) obstacles.push({ type: 'rows-missing', journalIds: unexplained })
  const outcome = obstacles.length > 0 ? 'not-possible' : 'different'
  return { outcome, stored, obstacles, attempt: nearest, differences, prunedUpToId }
}

function countOf(attempt: Attempt): number {
  return attempt.differences?.length ?? Number.POSITIVE_INFINITY
}
