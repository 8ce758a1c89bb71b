import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { AlertDraft, Effect } from '../../src/core/model/alert.ts'
import { escalationRows } from '../../src/core/model/escalation.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { saveEffects } from '../../src/store/alerts/save-effects.ts'
import type { SaveContext } from '../../src/store/alerts/save-context.ts'

/** An alert as detection would draft it; what a test is about is passed in. */
export function makeAlertDraft(facts: Partial<AlertDraft> = {}): AlertDraft {
  const id = facts.id ?? randomUUID()
  return {
    id,
    incidentId: id,
    kind: 'location-ban-breach',
    priority: 'P1',
    protectionOrderId: randomUUID(),
    offenderId: randomUUID(),
    victimId: null,
    locationBanId: randomUUID(),
    proximityBanId: null,
    deviceId: null,
    vendorId: null,
    occurredAtMs: 1_795_000_000_000,
    learnedAtMs: 1_795_000_001_000,
    lastSeenAtMs: null,
    late: false,
    probability: 0.98,
    distanceMeters: null,
    reason: 'Inside the banned area.',
    evidence: {
      limitsVersion: defaultLimits.version,
      algorithmVersion: '1',
      protectionOrderVersion: 1,
      fixes: [],
      facts: {},
    },
    ...facts,
  }
}

export function raised(facts: Partial<AlertDraft> = {}): Extract<Effect, { type: 'alert-raised' }> {
  return { type: 'alert-raised', alert: makeAlertDraft(facts) }
}

/** Saved at this moment, with the ladder of the organisation. */
export function saveContextAt(nowMs: number): SaveContext {
  return {
    nowMs,
    journalId: 1,
    escalationsOf: (alert, raisedAtMs) =>
      alert.priority === 'P3' ? [] : escalationRows(null, defaultLimits.escalation, raisedAtMs),
  }
}

/** An operator's answer without a wish. */
export function answerAt(nowMs: number, alertId: string, actor: string) {
  return {
    alertId,
    actor,
    note: null,
    recallAfterMinutes: null,
    permittedUntilMs: null,
    isSupervisor: false,
    nowMs,
    limits: defaultLimits,
  }
}

/** Raises one alert as detection does, and gives its id. */
export async function raiseAlertAt(
  pool: pg.Pool,
  nowMs: number,
  facts: Partial<AlertDraft> = {},
): Promise<string> {
  const effect = raised(facts)
  await inTransaction(pool, (tx) => saveEffects(tx, [effect], saveContextAt(nowMs)))
  return effect.alert.id
}
