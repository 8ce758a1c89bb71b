import type pg from 'pg'
import type { Clock } from '../clock.ts'
import { parseCommandLine, UsageFault } from '../command-line.ts'
import { defaultLimits } from '../core/model/limits.ts'
import { inTransactionOn } from '../store/pg/pool.ts'
import { insertAccess, organisationOfAlert } from '../store/alerts/access-log.ts'
import type { Explanation } from './explain.ts'
import { explainAlert } from './explain.ts'
import { composeReport, listShownPersons } from './report.ts'
import type { Language } from './tell-report.ts'
import { languages, tellReport } from './tell-report.ts'

const usage = `Usage: npm run explain -- --alert ID [--json] [--language en|nl] [--show-positions]

Computes a stored alert again from the journal and says whether it comes out the same.
The database is the one of DATABASE_URL, or the embedded one of HOEDE_DATA_DIR, whether a server runs on it or not.

  --alert ID        which alert
  --json            as data instead of sentences
  --language        of the sentences: en or nl (en)
  --show-positions  with the coordinates that the evidence holds and staff may see; this is recorded as reading them

Ends with 0: the same; 1: different; 2: not possible.
Every run is recorded in the access log.
`

/** Throws `UsageFault` for what cannot be understood. */
export function readArguments(given: readonly string[]): ExplainCommand {
  const flags = parseCommandLine(
    usage,
    {
      alert: { type: 'string' },
      json: { type: 'boolean' },
      language: { type: 'string' },
      'show-positions': { type: 'boolean' },
    },
    given,
  )
  const { alert: alertId, language = 'en' } = flags
  if (alertId === undefined) throw new UsageFault('--alert is missing: the id of the alert.')
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(alertId)) {
    throw new UsageFault('--alert is not the id of an alert: expected a UUID.')
  }
  const known = languages.find((candidate) => candidate === language)
  if (known === undefined) throw new UsageFault(`--language is one of ${languages.join(', ')}.`)
  return {
    alertId: alertId.toLowerCase(),
    isJson: flags.json === true,
    language: known,
    isShowingPositions: flags['show-positions'] === true,
  }
}

/**
 * Explains, records that it was done, and gives what to print. Nothing is
 * given before it is recorded.
 */
export async function runExplain(
  pool: pg.Pool,
  command: ExplainCommand,
  clock: Clock,
): Promise<{ readonly output: string; readonly exitCode: number }> {
  const { alertId } = command
  const client = await pool.connect()
  let explanation: Explanation
  try {
    explanation = await inTransactionOn(client, 'begin isolation level repeatable read', () =>
      explainAlert(client, { alertId, shard: 0, limits: defaultLimits }),
    )
  } finally {
    client.release()
  }
  const access = {
    organisationId: await organisationOfAlert(pool, alertId),
    by: { kind: 'command', id: null, role: null },
    door: 'npm run explain',
    alertId,
    protectionOrderId: null,
    reason: 'computing a stored alert again',
    nowMs: clock.nowMs(),
  } as const
  await insertAccess(pool, { ...access, action: 'explain-alert', personIds: [] })
  const personIds = command.isShowingPositions ? listShownPersons(explanation) : []
  if (personIds.length > 0) {
    await insertAccess(pool, { ...access, action: 'read-alert-positions', personIds })
  }
  const report = composeReport(explanation, command)
  const output = command.isJson
    ? `${JSON.stringify(report, null, 2)}\n`
    : tellReport(report, command.language)
  return { output, exitCode: exitCodes[explanation.outcome] }
}

export type ExplainCommand = {
  readonly alertId: string
  readonly isJson: boolean
  readonly language: Language
  readonly isShowingPositions: boolean
}

const exitCodes = { same: 0, different: 1, 'not-possible': 2 } as const
