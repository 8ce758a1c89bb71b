import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'

export async function insertDesk(db: Db, name: string): Promise<Desk> {
  const { rows } = await db.query<{ id: string }>(
    `insert into desks (name) values ($1) returning id`,
    [name],
  )
  return onlyRow(await readDesks(db, 'where d.id = $1', [onlyRow(rows).id]))
}

export async function findDesk(db: Db, id: string): Promise<Desk | null> {
  return (await readDesks(db, 'where d.id = $1', [id]))[0] ?? null
}

export async function listDesks(
  db: Db,
  page: { readonly afterId: string | null; readonly limit: number },
): Promise<readonly Desk[]> {
  return await readDesks(db, 'where $1::uuid is null or d.id > $1 order by d.id limit $2', [
    page.afterId,
    page.limit,
  ])
}

/** From now on the desk sees the cases of this organisation. Twice is the same as once. */
export async function startWatching(db: Db, watch: Watch): Promise<void> {
  await db.query(
    `insert into desk_organisations (desk_id, organisation_id)
     select $1, $2 where not exists (
       select from desk_organisations where desk_id = $1 and organisation_id = $2 and until is null)`,
    [watch.deskId, watch.organisationId],
  )
}

/** From now on it no longer does. */
export async function stopWatching(db: Db, watch: Watch): Promise<void> {
  await db.query(
    `update desk_organisations set until = greatest(now(), "from" + interval '1 microsecond')
      where desk_id = $1 and organisation_id = $2 and until is null`,
    [watch.deskId, watch.organisationId],
  )
}

export type Watch = { readonly deskId: string; readonly organisationId: string }

export type Desk = {
  readonly id: string
  readonly name: string
  /** Those it watches for now, as far as the caller may know. */
  readonly organisationIds: readonly string[]
  readonly createdAt: Date
}

async function readDesks(db: Db, where: string, values: unknown[]): Promise<readonly Desk[]> {
  const { rows } = await db.query<Desk>(
    `select d.id, d.name, d.created_at as "createdAt",
            array(select distinct o.organisation_id::text from desk_organisations o
                   where o.desk_id = d.id and o."from" <= now() and (o.until is null or o.until > now())
                   order by 1) as "organisationIds"
       from desks d ${where}`,
    values,
  )
  return rows
}
