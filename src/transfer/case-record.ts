import type { Db } from '../store/pg/pool.ts'
import type { CaseScope } from './case-scope.ts'

/**
 * What the record says about a case: what came with it when it was imported, and then the entries
 * of this server, as lines of JSON. An entry that names another case or another case's alert is
 * left to that case.
 */
export async function* readRecord(tx: Db, scope: CaseScope): AsyncGenerator<readonly string[]> {
  await tx.query(
    `declare record_of_case no scroll cursor for
     select line from (
       select row_to_json(b)::text as line, 0 as part, b.origin, b.index from (
         select origin, index, encode(body, 'base64') as body from record_of_before where protection_order_id = $1) as b
       union all
       select row_to_json(e)::text, 1, null, e.index from (
         select null::text as origin, a.index, encode(a.body, 'base64') as body from audit_entries a
          cross join lateral (select convert_from(a.body, 'UTF8')::jsonb -> 'hoede' as act) as said
          where a.organisation_id = $2
            and a.index in (select s.index from audit_subjects s where s.organisation_id = $2 and s.subject_id = any($3::uuid[]))
            and coalesce(act ->> 'protectionOrderId', $1::text) = $1::text
            and coalesce(act ->> 'alertId' = any($4::text[]), true)) as e) as lines
      order by part, origin, index`,
    [
      scope.orderId,
      scope.organisationId,
      [scope.orderId, ...scope.personIds, ...scope.deviceIds, ...scope.alertIds],
      scope.alertIds,
    ],
  )
  for (;;) {
    const { rows } = await tx.query<{ line: string }>('fetch 2000 from record_of_case')
    if (rows.length === 0) break
    yield rows.map(({ line }) => line)
  }
  await tx.query('close record_of_case')
}

/** Keeps entries of another server beside this one's record, which has a chain of its own. */
export async function insertRecord(
  tx: Db,
  insert: RecordInsert,
  lines: readonly string[],
): Promise<void> {
  await tx.query(
    `insert into record_of_before (organisation_id, protection_order_id, origin, index, body)
     select $2, $3, coalesce(x.origin, $4), x.index, decode(x.body, 'base64')
       from json_to_recordset($1::json) as x (origin text, index bigint, body text)`,
    [`[${lines.join(',')}]`, insert.organisationId, insert.orderId, insert.exportId],
  )
}

export type RecordInsert = {
  readonly organisationId: string
  readonly orderId: string
  /** What entries are said to be from that have no origin yet. */
  readonly exportId: string
}
