import { setTimeout as delay } from 'node:timers/promises'
import { quantile, type GoalRow } from './table.ts'
import type { followAlerts } from './http-client.ts'
import type { FixStream, ServedWorkload } from './served-workload.ts'
import type { ServerCpu } from './server-cpu.ts'

/** A server whose people and orders are registered, and what is measured of it. */
export type Stage = {
  readonly served: ServedWorkload
  readonly country: FixStream
  readonly baseUrl: string
  readonly plainUrl: string
  readonly plainProcess: number
  /** When each alert's revealing fix was received. */
  readonly learnedAtMs: () => Promise<ReadonlyMap<string, number>>
  /** How many rows of the journal are judged in turn, so far. */
  readonly countTurns: () => Promise<number>
  readonly cpu: () => Promise<ServerCpu>
}

/** As 120,000 people send who report each minute. */
export const pacedPerSecond = 2_000

/**
 * The next so many fixes as soon as all of them are of the past. The clock of the country goes
 * with ours: what is sent at once is what a gateway kept while it was away.
 */
export async function takePast({ country }: Stage, count: number): Promise<string[]> {
  const fixes = country.takeFixes(count)
  const aheadMs = country.takenUntilMs() - Date.now()
  if (aheadMs > 0) await delay(aheadMs)
  return fixes
}

/**
 * Of each breach and approach that was read on the stream from `fromMs` on: since its fix was
 * received.
 */
export async function findVisibleMs(
  stage: Stage,
  followed: Awaited<ReturnType<typeof followAlerts>>,
  fromMs = 0,
): Promise<number[]> {
  await delay(1_000)
  followed.close()
  const learned = await stage.learnedAtMs()
  return followed.events
    .filter(({ type, kind }) => type.endsWith('raised') && /breach|approach/.test(kind))
    .filter(({ readAtMs }) => readAtMs >= fromMs)
    .map(({ readAtMs, alertId }) => readAtMs - (learned.get(alertId) ?? Number.NaN))
}

export function visibleRows(name: string, visibleMs: readonly number[]): readonly GoalRow[] {
  const title = `${name}: alert on the stream after its fix was received, p50 of ${visibleMs.length}`
  return [
    { name: title, unit: 'ms', values: [quantile(visibleMs, 0.5)], goal: null },
    {
      name: `${name}: the same, p99`,
      unit: 'ms',
      values: [quantile(visibleMs, 0.99)],
      goal: null,
    },
  ]
}
