import { afterAll, beforeAll, expect, it } from 'vitest'
import { inTransaction, type Db } from '../../../src/store/pg/pool.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Without rows of any one organisation, each with its reason. */
const open: Readonly<Record<string, string>> = {
  schema_migrations: 'which migrations were applied',
  organisations:
    'who takes part is no secret before those who do: a case is offered to one of them',
  vendors: 'suppliers of all',
  desks: 'names of rooms; whom they watch for is kept apart',
  escalation_ladders: 'one ladder for the installation, without persons',
}
/** A look-up that suddenly reads fewer tables proves nothing. */
const tableCountMin = 40

it('every table is kept apart by organisation, for its owner as well, or is written down here', async () => {
  const tables = await readTables(database.pool)
  expect(tables.length).toBeGreaterThanOrEqual(tableCountMin)
  const names = new Set(tables.map(({ name }) => name))
  expect(Object.keys(open).filter((name) => !names.has(name))).toEqual([])
  expect(tables.filter(({ name }) => open[name] === undefined).filter(isOpen)).toEqual([])
})

it('a table made without policies is found, and so is each half of the work', async () => {
  await undone(async (tx) => {
    await tx.query(`create table forgotten (id int); create table half (id int); create table unforced (id int);
      alter table half enable row level security, force row level security;
      alter table unforced enable row level security; create policy p on unforced using (true)`)
    const found = (await readTables(tx)).filter(isOpen).map(({ name }) => name)
    expect(found).toEqual(expect.arrayContaining(['forgotten', 'half', 'unforced']))
  })
})

it('every view asks as whoever reads it, and none is kept beside its tables', async () => {
  expect(await readViews(database.pool)).toEqual([])
  await undone(async (tx) => {
    await tx.query(`create view careless as select 1 as one;
      create view careful with (security_invoker) as select 1 as one;
      create materialized view kept as select 1 as one`)
    expect(await readViews(tx)).toEqual(['careless', 'kept'])
  })
})

it('every function that runs as its owner says where it looks, and what changes rows is not for everybody', async () => {
  const functions = await readDefiners(database.pool)
  expect(functions.length).toBeGreaterThanOrEqual(7)
  expect(functions.filter(({ path }) => path !== 'pg_catalog, pg_temp')).toEqual([])
  expect(functions.filter(({ isPublic }) => isPublic).map(({ name }) => name)).toEqual([
    // It takes a person's word for their own organisation only.
    'audit_append',
    // What the caller may see, which the caller may know; and one that only a trigger calls.
    'hoede_caller',
    'hoede_cases',
    'hoede_know_person',
    'hoede_vendors',
  ])
  await undone(async (tx) => {
    await tx.query(
      `create function careless() returns int language sql security definer as 'select 1'`,
    )
    const found = (await readDefiners(tx)).filter(({ path }) => path !== 'pg_catalog, pg_temp')
    expect(found.map(({ name }) => name)).toEqual(['careless'])
  })
})

it('no reference of one organisation tells another that it is taken', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select k.conname as name from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
      where k.contype = 'u' and a.attname = 'reference'
        and not exists (select from pg_attribute o where o.attrelid = k.conrelid and o.attnum = any(k.conkey) and o.attname = 'organisation_id')`,
  )
  expect(rows).toEqual([])
})

it('nobody is granted a partition, which would show the rows of all', async () => {
  const { rows } = await database.pool.query(
    `select c.relname, r.rolname from pg_class c cross join pg_roles r
      where c.relispartition and c.relnamespace = 'public'::regnamespace and r.rolname like 'hoede\\_%'
        and r.rolname <> 'hoede_owner' and has_table_privilege(r.oid, c.oid, 'select')
        and not r.rolsuper`,
  )
  expect(rows).toEqual([])
})

it('people are granted nothing of where somebody was from minute to minute', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace
        and c.relkind in ('r', 'p') and not c.relispartition
        and not has_table_privilege('hoede_api', c.oid, 'select, insert, update, delete') order by 1`,
  )
  expect(rows.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['disbelieved_fixes', 'evaluator_snapshots', 'fixes', 'journal']),
  )
})

it('decisions of courts are written by whoever takes them in for somebody, and by no machinery', async () => {
  const { rows } = await database.pool.query<{ role: string }>(
    `select rolname as role from pg_roles
      where rolname like 'hoede\\_%' and not rolsuper and rolname <> 'hoede_owner'
        and has_table_privilege(oid, 'decisions', 'insert, update') order by 1`,
  )
  expect(rows).toEqual([{ role: 'hoede_api' }])
})

type TableRow = {
  readonly name: string
  readonly isOn: boolean
  readonly isForced: boolean
  readonly policyCount: number
}

function isOpen({ isOn, isForced, policyCount }: TableRow): boolean {
  return !isOn || !isForced || policyCount === 0
}

async function readTables(db: Db): Promise<readonly TableRow[]> {
  const { rows } = await db.query<TableRow>(
    `select c.relname as name, c.relrowsecurity as "isOn", c.relforcerowsecurity as "isForced",
            (select count(*)::int from pg_policy p where p.polrelid = c.oid) as "policyCount"
       from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  )
  return rows
}

async function readViews(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace
        and (relkind = 'm' or (relkind = 'v' and not coalesce(reloptions, '{}') && '{security_invoker=true,security_invoker=on}'))
      order by 1`,
  )
  return rows.map(({ name }) => name)
}

async function readDefiners(
  db: Db,
): Promise<
  readonly { readonly name: string; readonly path: string; readonly isPublic: boolean }[]
> {
  const { rows } = await db.query(
    `select p.proname as name, has_function_privilege('hoede_queue', p.oid, 'execute') as "isPublic",
            coalesce((select substring(setting from 'search_path=(.*)') from unnest(p.proconfig) as setting
                       where setting like 'search_path=%'), '') as path
       from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef order by 1`,
  )
  return rows as { name: string; path: string; isPublic: boolean }[]
}

/** What is made in `work` is gone afterwards. */
async function undone(work: (tx: Db) => Promise<void>): Promise<void> {
  const stop = new Error('take it back')
  await inTransaction(database.pool, async (tx) => {
    await work(tx)
    throw stop
  }).catch((error: unknown) => {
    if (error !== stop) throw error
  })
}
