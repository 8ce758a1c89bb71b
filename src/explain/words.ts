import type { DisbeliefReason } from '../core/model/fix.ts'
import type { Obstacle } from './explain.ts'
import type { Assumption, Report, ReportedAlert, ReportedFix } from './report.ts'

/** One language. */
export type Words = {
  readonly heading: (alert: ReportedAlert) => string
  /** What the desk should know, in one sentence. */
  readonly desk: (alert: ReportedAlert) => string
  readonly times: (occurredAt: string, learnedAt: string, raisedAt: string) => string
  readonly fixesHeading: string
  readonly noFixes: string
  readonly notAsSealed: string
  readonly fix: (fix: ReportedFix, times: { recordedAt: string; receivedAt: string }) => string
  readonly path: (facts: Facts) => string | null
  readonly factsHeading: string
  readonly versions: (order: number | null, limits: string, algorithm: string) => string
  readonly unsupported: string
  readonly outcome: (report: Report) => string
  readonly difference: (field: string, stored: string, recomputed: string) => string
  readonly obstacle: (obstacle: Obstacle) => string
  readonly read: (read: NonNullable<Report['read']>) => string
  readonly assumptions: Readonly<Record<Assumption, string>>
}

export type Facts = ReportedAlert['evidence']['facts']

export function formatSeconds(ms: unknown): string {
  return typeof ms === 'number' ? `${Math.round(ms / 1_000)} s` : '?'
}

/**
 * A stored alert may name a reason of another version of the program: that one stands for itself.
 */
export function nameReason(
  reasons: Readonly<Record<DisbeliefReason, string>>,
  reason: string,
): string {
  return Object.hasOwn(reasons, reason) ? reasons[reason as DisbeliefReason] : reason
}

export function formatMoment(atMs: number): string {
  return new Date(atMs).toISOString()
}
