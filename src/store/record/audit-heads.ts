import type { Db } from '../pg/pool.ts'

/** Who has a record at all, found by the index alone. */
export async function listRecordOwners(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `with recursive owner as (
       (select organisation_id as id from audit_entries order by organisation_id limit 1)
       union all
       select (select e.organisation_id from audit_entries e where e.organisation_id > owner.id
                order by e.organisation_id limit 1)
         from owner where owner.id is not null)
     select id from owner where id is not null`,
  )
  return rows.map(({ id }) => id)
}

export async function findLastHead(db: Db, organisationId: string): Promise<HeadRow | null> {
  const { rows } = await db.query<HeadRow>(
    `select size, root, edge, note from audit_heads where organisation_id = $1
      order by size desc limit 1`,
    [organisationId],
  )
  return rows[0] ?? null
}

/** Two that sign at once sign the same. */
export async function insertHead(db: Db, organisationId: string, head: HeadRow): Promise<void> {
  await db.query(
    `insert into audit_heads (organisation_id, size, root, edge, note)
     values ($1, $2, $3, $4::bytea[], $5) on conflict do nothing`,
    [organisationId, head.size, head.root, head.edge, head.note],
  )
}

export async function listHeads(
  db: Db,
  organisationId: string,
  afterSize: number,
  limit: number,
): Promise<readonly { readonly size: number; readonly note: string; readonly at: Date }[]> {
  const { rows } = await db.query<{ size: number; note: string; at: Date }>(
    `select size, note, at from audit_heads where organisation_id = $1 and size > $2
      order by size limit $3`,
    [organisationId, afterSize, limit],
  )
  return rows
}

/** Up to where this witness has the heads of a log. */
export async function findWitnessed(
  db: Db,
  organisationId: string,
  witness: string,
): Promise<number> {
  const { rows } = await db.query<{ size: number }>(
    'select size from audit_witnesses where organisation_id = $1 and witness = $2',
    [organisationId, witness],
  )
  return rows[0]?.size ?? -1
}

export async function saveWitnessed(
  db: Db,
  organisationId: string,
  witness: string,
  size: number,
): Promise<void> {
  await db.query(
    `insert into audit_witnesses (organisation_id, witness, size) values ($1, $2, $3)
     on conflict (organisation_id, witness) do update set size = excluded.size, at = now()`,
    [organisationId, witness, size],
  )
}

export type HeadRow = {
  readonly size: number
  readonly root: Buffer
  readonly edge: readonly Buffer[]
  readonly note: string
}
