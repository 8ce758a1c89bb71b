import type { Stage } from './stage.ts'
import type { Violation } from './ledger.ts'

/**
 * What became of violations that had no alert and were waited for: late is another fault than
 * never. With what the database knows of the order, which is gone when the stage is.
 */
export async function followMissing(
  stage: Pick<Stage, 'query'>,
  waited: readonly Violation[],
  listSoon: () => Promise<readonly string[]>,
): Promise<string[]> {
  if (waited.length === 0) return []
  const listed = new Set(await listSoon())
  const told: string[] = []
  for (const violation of waited) {
    const { key, sentMs, acknowledgedMs, seenMs, isLive } = violation
    told.push(
      `${key}: ${isLive ? 'sent' : 'sent as history'} at ${isoOf(sentMs)}, acknowledged ${isoOf(acknowledgedMs)}, told ${isoOf(seenMs)}, ${listed.has(key) ? 'in' : 'not in'} the list now`,
    )
    for (const row of await stage.query(lastAlertsOf(key))) told.push(`  ${JSON.stringify(row)}`)
  }
  for (const row of await stage.query(whatWaits)) told.push(JSON.stringify(row))
  return told
}

/** Orders are named by ids of ours. */
function lastAlertsOf(key: string): string {
  const [orderId = ''] = key.split('@')
  return `select id, kind, status, late, occurred_at, raised_at, last_seen_at from alerts
    where protection_order_id = '${orderId}' order by raised_at desc limit 4`
}

const whatWaits = `select (select count(*) from rejudgements where done_at is null) as rejudgements,
  (select count(*) from journal_waiting) as rows_waiting,
  (select max(id) from journal) as last_row,
  (select json_object_agg(reader, journal_id) from journal_positions) as places`

function isoOf(ms: number | null): string {
  return ms === null ? 'never' : new Date(ms).toISOString()
}
