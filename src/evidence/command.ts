import type pg from 'pg'
import type { Clock } from '../clock.ts'
import { parseCommandLine, UsageFault } from '../command-line.ts'
import { defaultLimits } from '../core/model/limits.ts'
import type { RecordKey } from '../record-key.ts'
import { insertAccess, organisationOfAlert } from '../store/alerts/access-log.ts'
import { findAlert } from '../store/alerts/alerts.ts'
import { inTransactionOn } from '../store/pg/pool.ts'
import { findBounds, gather } from './gather.ts'
import { writeBundle } from './write-bundle.ts'

const usage = `Usage: npm run evidence -- --alert ID --reason TEXT --out FOLDER

Writes everything about one alert into a new folder, signed by the key of the record: what was received, the versions of
the order, the limits and the program, the decision, who was told, what was done, and the proof that the record has it.

  --alert ID     which alert
  --reason TEXT  for whom or what, such as the number of the case at court; it is put on record
  --out FOLDER   a folder that is not there yet

It holds positions of everybody the alert is about, and no place of anybody else but the area that it is about: that
is recorded as reading them, before anything is written.
Check it anywhere: node FOLDER/verify.mjs FOLDER PUBLIC-KEY
`

/** Throws `UsageFault` for what cannot be understood. */
export function readArguments(given: readonly string[]): EvidenceCommand {
  const { alert, reason, out } = parseCommandLine(
    usage,
    { alert: { type: 'string' }, reason: { type: 'string' }, out: { type: 'string' } },
    given,
  )
  if (alert === undefined) throw new UsageFault('--alert is missing: the id of the alert.')
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(alert)) {
    throw new UsageFault('--alert is not the id of an alert: expected a UUID.')
  }
  if (reason === undefined || reason.trim() === '') {
    throw new UsageFault('--reason is missing: for whom or what it is.')
  }
  if (out === undefined) throw new UsageFault('--out is missing: the folder to make.')
  return { alertId: alert.toLowerCase(), reason: reason.trim().slice(0, 500), folder: out }
}

/** Records whose places it will hold, then reads and writes: without its entry nothing is given. */
export async function runEvidence(
  pool: pg.Pool,
  { alertId, reason, folder }: EvidenceCommand,
  { clock, key }: { readonly clock: Clock; readonly key: RecordKey },
): Promise<string> {
  const detail = await findAlert(pool, alertId)
  if (detail === null) throw new UsageFault('No alert has this id.')
  const organisationId = await organisationOfAlert(pool, alertId)
  const bounds = await findBounds(pool, detail)
  const nowMs = clock.nowMs()
  await insertAccess(pool, {
    organisationId,
    by: { kind: 'command', id: null, role: null },
    door: 'npm run evidence',
    action: 'take-evidence',
    alertId,
    protectionOrderId: detail.alert.protectionOrderId,
    personIds: [...new Set([...bounds.personIds, ...bounds.placedIds])],
    reason,
    nowMs,
  })
  const client = await pool.connect()
  try {
    const request = { alertId, bounds, limits: defaultLimits, organisationId, key, nowMs }
    const bundle = await inTransactionOn(client, 'begin isolation level repeatable read', () =>
      gather(client, request),
    )
    await writeBundle(folder, bundle, key)
    const { rawFixes, record } = bundle
    return `Written to ${folder}: ${rawFixes.length} fixes, ${record.entries.length} entries of the record. Check it: node ${folder}/verify.mjs ${folder} PUBLIC-KEY\n`
  } finally {
    client.release()
  }
}

export type EvidenceCommand = {
  readonly alertId: string
  readonly reason: string
  readonly folder: string
}
