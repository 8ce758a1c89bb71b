/**
 * What the clients know, each thing with its time, and what must therefore be true of the product.
 */
export type Ledger = {
  /** `serial#sequence` of each fix that was answered with 202. */
  readonly acknowledged: Set<string>
  /** Fixes that were refused by name; no fault here may lead to that. */
  readonly refused: Set<string>
  readonly violations: Violation[]
  readonly events: HeardEvent[]
}

/** Somebody seen inside a ban who was not before: one alert must follow. */
export type Violation = {
  /** `order@recordedAtMs`, as `keyOfBreach` finds it of an alert. */
  readonly key: string
  readonly sentMs: number
  /** False: uploaded late, with nobody waiting for it. */
  readonly isLive: boolean
  acknowledgedMs: number | null
  /** When the desk first heard of it on the stream. */
  seenMs: number | null
}

export type HeardEvent = {
  readonly sequence: number
  readonly heardMs: number
  readonly type: string
  readonly kind: string
  readonly key: string
}

/** By the moment that the id of the alert begins with: its times are hours, but to a supervisor. */
export function keyOfBreach(orderId: unknown, alertId: unknown): string {
  const startMs = Number.parseInt(String(alertId).replaceAll('-', '').slice(0, 12), 16)
  return keyOfMoment(orderId, startMs)
}

export function keyOfMoment(orderId: unknown, atMs: number): string {
  return `${String(orderId)}@${atMs}`
}

/** What the product says it has. */
export type Record = {
  readonly storedFixes: ReadonlyMap<string, number>
  /** The key of each alert of a breach. */
  readonly alertKeys: readonly string[]
  /** Of every event since the ledger began. */
  readonly sequences: readonly number[]
}

export type Faults = {
  readonly lostFixes: readonly string[]
  readonly doubledFixes: readonly string[]
  readonly missingAlerts: readonly string[]
  readonly doubledAlerts: readonly string[]
  /** Breaches of people who were not inside, or not then. */
  readonly untrueAlerts: readonly string[]
  readonly missingEvents: readonly number[]
  readonly doubledEvents: readonly number[]
}

export function createLedger(): Ledger {
  return { acknowledged: new Set(), refused: new Set(), violations: [], events: [] }
}

export function compare(ledger: Ledger, record: Record): Faults {
  const alerts = countEach(record.alertKeys)
  const heard = countEach(ledger.events.map(({ sequence }) => sequence))
  const violated = new Set(ledger.violations.map(({ key }) => key))
  const due = ledger.violations.filter(({ acknowledgedMs }) => acknowledgedMs !== null)
  return {
    lostFixes: [...ledger.acknowledged].filter((key) => !record.storedFixes.has(key)),
    doubledFixes: moreThanOnce(record.storedFixes),
    missingAlerts: due.map(({ key }) => key).filter((key) => !alerts.has(key)),
    doubledAlerts: moreThanOnce(alerts),
    untrueAlerts: [...alerts.keys()].filter((key) => !violated.has(key)),
    missingEvents: record.sequences.filter((sequence) => !heard.has(sequence)),
    doubledEvents: moreThanOnce(heard),
  }
}

/** What is in `now` and was not known `before`: each fault is told once, where it happened. */
export function newFaults(now: Faults, before: Faults): Faults {
  const rest = <T>(list: readonly T[], known: readonly T[]): T[] => {
    const old = new Set(known)
    return list.filter((item) => !old.has(item))
  }
  return {
    lostFixes: rest(now.lostFixes, before.lostFixes),
    doubledFixes: rest(now.doubledFixes, before.doubledFixes),
    missingAlerts: rest(now.missingAlerts, before.missingAlerts),
    doubledAlerts: rest(now.doubledAlerts, before.doubledAlerts),
    untrueAlerts: rest(now.untrueAlerts, before.untrueAlerts),
    missingEvents: rest(now.missingEvents, before.missingEvents),
    doubledEvents: rest(now.doubledEvents, before.doubledEvents),
  }
}

export const noFaults: Faults = {
  lostFixes: [],
  doubledFixes: [],
  missingAlerts: [],
  doubledAlerts: [],
  untrueAlerts: [],
  missingEvents: [],
  doubledEvents: [],
}

/** The value below which so large a share lies; null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null
}

function countEach<T>(items: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return counts
}

function moreThanOnce<T>(counts: ReadonlyMap<T, number>): T[] {
  return [...counts].filter(([, count]) => count > 1).map(([item]) => item)
}
