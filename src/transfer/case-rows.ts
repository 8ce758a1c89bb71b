import { dayMs } from '../core/model/units.ts'
import type { Db } from '../store/pg/pool.ts'
import type { CaseScope } from './case-scope.ts'
import type { CaseTable } from './case-tables.ts'
import { openPlaced } from './placed-rows.ts'
import { openRows, sealRows } from './sealed-rows.ts'

/** Values are written the same whoever asks: call it first in the transaction. */
export async function settleText(tx: Db): Promise<void> {
  await tx.query(`set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
    set local bytea_output = 'hex'; set local extra_float_digits = 1`)
}

/** The rows that a case has in one table, as lines of JSON, some at once. Inside a transaction. */
export async function* readRows(
  tx: Db,
  table: CaseTable,
  scope: CaseScope,
  /** As which organisation its own one is written. */
  asOrganisationId: string = scope.organisationId,
): AsyncGenerator<readonly string[]> {
  const columns = await listColumns(tx, table)
  const listed = columns
    .map(
      ({ name }) =>
        `${writtenAs(name, scope.organisationId, asOrganisationId)} as "${camel(name)}"`,
    )
    .join(', ')
  const one = (where: string) =>
    `select row_to_json(r)::text as line from (
       select ${listed} from ${table.name} where ${where} order by ${table.orderBy}) as r`
  if (table.of !== 'windows') {
    const rows = follow(tx, one(`${table.by ?? 'id'} = any($1::uuid[])`), [idsOf(scope, table.of)])
    for await (const lines of rows) yield await openRows(tx, table, lines)
    return
  }
  for (const { deviceId, from, until } of scope.windows) {
    const rows = follow(tx, one('device_id = $1 and recorded_at >= $2 and recorded_at < $3'), [
      deviceId,
      from,
      until,
    ])
    yield* table.sortedBy === undefined ? rows : openPlaced(tx, rows, table.sortedBy)
  }
}

/** A cursor, so that the memory does not grow with what is read. */
async function* follow(
  tx: Db,
  text: string,
  values: readonly unknown[],
): AsyncGenerator<readonly string[]> {
  await tx.query(`declare rows_of_case no scroll cursor for ${text}`, [...values])
  for (;;) {
    const { rows } = await tx.query<{ line: string }>({
      text: `fetch ${rowsAtOnce} from rows_of_case`,
      // Longer than any statement of a server: what is sorted first is read whole.
      query_timeout: dayMs,
    } as { text: string })
    if (rows.length === 0) break
    yield rows.map(({ line }) => line)
  }
  await tx.query('close rows_of_case')
}

/** Puts lines in as they were written; gives how many were new. What is there is left as it is. */
export async function insertRows(tx: Db, insert: RowsInsert): Promise<number> {
  const { table, lines, from, into } = insert
  const sealed = await sealRows(tx, table, lines)
  const columns = await listColumns(tx, table)
  const names = columns.map(({ name }) => name)
  const values = names.map((name) =>
    name === 'organisation_id'
      ? `case when x."organisationId" = $2::uuid then $3::uuid else x."organisationId" end`
      : `x."${camel(name)}"`,
  )
  const hasOrganisation = names.includes('organisation_id')
  for (const [name, kind] of Object.entries(table.leftOut ?? {})) {
    if (kind === 'made anew') continue
    names.push(name)
    values.push(
      { nought: '0', now: 'now()', over: `'over'`, below: `${insert.firstNumber ?? 0} + x.nth` }[
        kind
      ],
    )
  }
  const typed = columns.map(({ name, type }) => `"${camel(name)}" ${type}`).join(', ')
  const { rowCount } = await tx.query({
    text: `insert into ${table.name} (${names.map((name) => `"${name}"`).join(', ')})
           select ${values.join(', ')} from rows from (json_to_recordset($1::json) as (${typed})) with ordinality as x
             (${columns.map(({ name }) => `"${camel(name)}"`).join(', ')}, nth) ${table.name === 'fixes' ? isNewFix : ''} order by x.nth
           on conflict do nothing`,
    values: [`[${sealed.join(',')}]`, ...(hasOrganisation ? [from, into] : [])],
    query_timeout: dayMs,
  } as { text: string; values: unknown[] })
  return rowCount ?? 0
}

export type RowsInsert = {
  readonly table: CaseTable
  readonly lines: readonly string[]
  /** Whose case it was, and whose it becomes. */
  readonly from: string
  readonly into: string
  /** Numbers that are made go on from here. */
  readonly firstNumber?: number
}

function idsOf(scope: CaseScope, of: Exclude<CaseTable['of'], 'windows'>): readonly string[] {
  return {
    order: [scope.orderId],
    persons: scope.personIds,
    devices: scope.deviceIds,
    assignments: scope.assignmentIds,
    vendors: scope.vendorIds,
    assessments: scope.assessmentIds,
    alerts: scope.alertIds,
  }[of]
}

async function listColumns(db: Db, { name, leftOut }: CaseTable): Promise<readonly Column[]> {
  const { rows } = await db.query<Column>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attname <> all($2) order by attnum`,
    [name, Object.keys(leftOut ?? {})],
  )
  return rows
}

type Column = { readonly name: string; readonly type: string }

function writtenAs(column: string, own: string, asOrganisationId: string): string {
  if (column !== 'organisation_id' || own === asOrganisationId) return `"${column}"`
  return `case when organisation_id = '${uuid(own)}' then '${uuid(asOrganisationId)}'::uuid else organisation_id end`
}

function uuid(text: string): string {
  if (/^[0-9a-f-]{36}$/.test(text)) return text
  throw new Error('expected the id of an organisation')
}

/** The words of the API. */
function camel(column: string): string {
  return column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** No two places that are not there are the same to the table. */
const isNewFix = `where x.place is not null or not exists (
  select from fixes f where f.device_id = x."deviceId" and f.recorded_at = x."recordedAt"
    and f.received_at = x."receivedAt" and f.place is null and f.longitude is null)`

const rowsAtOnce = 2_000
