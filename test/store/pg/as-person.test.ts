import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asPerson } from '../../../src/store/pg/as-person.ts'
import { openPolicies } from '../../../src/store/pg/grants.ts'
import { migrate, migrationsDirectory } from '../../../src/store/pg/migrate.ts'
import { connect, type Db } from '../../../src/store/pg/pool.ts'
import { hashToken } from '../../../src/store/registry/api-clients.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createTwoOrganisations } from '../../support/two-organisations.ts'

let database: TestDatabase
let people: pg.Pool
let world: Awaited<ReturnType<typeof createTwoOrganisations>>

beforeAll(async () => {
  database = await createTestDatabase()
  people = await database.connectAs('api')
  world = await createTwoOrganisations(database, people)
})
afterAll(() => database.drop())

const caseTables = [
  'persons',
  'persons_in',
  'devices',
  'device_assignments',
  'protection_orders',
  'protection_order_versions',
  'protection_states',
  'alerts',
  'alert_transitions',
  'alert_events',
  'escalations',
]

describe('what a person sees of the database', () => {
  it.each(caseTables)(
    'each organisation sees its own rows of %s and nobody else any',
    async (table) => {
      const { ours, theirs, makeClient } = world
      const count = `select count(*)::int as n from ${table}`
      const countOf = async (db: Db): Promise<number> =>
        (await db.query<{ n: number }>(count)).rows[0]?.n ?? 0
      const all = await countOf(database.pool)
      const seen = [await countOf(ours.supervisor.db), await countOf(theirs.supervisor.db)]
      expect(Math.min(...seen)).toBeGreaterThan(0)
      expect((seen[0] ?? 0) + (seen[1] ?? 0)).toBe(all)
      const both = await database.pool.query(`select distinct organisation_id from ${table}`)
      expect(both.rows).toHaveLength(2)
      for (const { organisationId, supervisor } of [ours, theirs]) {
        const { rows } = await supervisor.db.query(`select distinct organisation_id from ${table}`)
        expect(rows).toEqual([{ organisation_id: organisationId }])
      }
      const administrator = await makeClient('administrator', ours.organisationId)
      // A device without its wearer is no case.
      const known = table === 'devices' ? 2 : 0
      expect((await administrator.db.query(count)).rows).toEqual([{ n: known }])
      expect((await people.query(count)).rows, 'without saying who').toEqual([{ n: 0 }])
      const stranger = asPerson(people, { secretHash: hashToken('guessed') }, (tx) =>
        tx.query(count),
      )
      expect((await stranger).rows).toEqual([{ n: 0 }])
    },
  )

  it('a desk sees the cases of all it watches for, from when it does until it no longer does', async () => {
    const { ours, theirs, makeClient } = world
    const { rows } = await database.pool.query<{ id: string }>(
      `insert into desks (name) values ('Meldkamer') returning id`,
    )
    const deskId = rows[0]?.id ?? ''
    const operator = await makeClient('operator', ours.organisationId, { deskId })
    const seen = async (): Promise<unknown[]> =>
      (await operator.db.query<{ id: string }>('select id from alerts order by id')).rows.map(
        ({ id }) => id,
      )
    expect(await seen(), 'it watches for nobody yet').toEqual([])
    await database.pool.query(
      `insert into desk_organisations (desk_id, organisation_id, "from", until)
       select $1, id, now() - interval '2 days', case when id = $2 then now() + interval '1 day' end from organisations`,
      [deskId, ours.organisationId],
    )
    expect(await seen()).toEqual([ours.alertId, theirs.alertId].toSorted())
    await database.pool.query(
      `update desk_organisations set until = now() - interval '1 day' where organisation_id = $1`,
      [theirs.organisationId],
    )
    expect(await seen()).toEqual([ours.alertId])
  })

  it('a token that is revoked sees nothing from the next transaction on', async () => {
    const { makeClient, ours } = world
    const operator = await makeClient('operator', ours.organisationId)
    const read = () => operator.db.query('select from alerts')
    expect((await read()).rowCount).toBe(1)
    await database.pool.query('update api_clients set revoked_at = now() where id = $1', [
      operator.id,
    ])
    expect((await read()).rowCount).toBe(0)
  })

  it('a supervisor of a unit sees the cases of that unit', async () => {
    const { makeClient, ours } = world
    const { rows } = await database.pool.query<{ id: string }>(
      `insert into units (organisation_id, name) values ($1, 'Noord') returning id`,
      [ours.organisationId],
    )
    const unitId = rows[0]?.id ?? ''
    const { db } = await makeClient('supervisor', ours.organisationId, { unitId })
    const seen = async (table: string) => (await db.query(`select from ${table}`)).rowCount
    for (const table of ['protection_orders', 'alerts', 'alert_events', 'protection_states'])
      expect(await seen(table), table).toBe(0)
    await database.pool.query(
      `insert into caseloads (organisation_id, protection_order_id, unit_id) values ($1, $2, $3)`,
      [ours.organisationId, ours.orderId, unitId],
    )
    for (const table of ['protection_orders', 'alerts', 'alert_events', 'protection_states'])
      expect(await seen(table), table).toBe(1)
  })

  it('what befalls a vendor, or all, is seen by whoever has a device of it', async () => {
    const { ours, theirs, vendorId } = world
    const { rows } = await database.pool.query<{ id: string; vendor: string | null }>(
      `insert into alerts (id, kind, priority, vendor_id, occurred_at, learned_at, late, reason, evidence)
       select uuidv7(), 'vendor-silent', 'P1', v, now(), now(), false, 'reason', '{}'
         from unnest(array[$1, uuidv7(), null]::uuid[]) as v returning id, vendor_id as vendor`,
      [vendorId],
    )
    const expected = rows.filter(({ vendor }) => vendor === null || vendor === vendorId)
    for (const { supervisor } of [ours, theirs]) {
      const seen = await supervisor.db.query<{ id: string }>(
        'select id from alerts where organisation_id is null',
      )
      expect(seen.rows.map(({ id }) => id).toSorted()).toEqual(
        expected.map(({ id }) => id).toSorted(),
      )
    }
    await database.pool.query('delete from alerts where organisation_id is null')
  })
})

describe('what a person can do to the database', () => {
  /** As somebody who can slip any statement in. */
  const attempts: readonly (readonly [string, string])[] = [
    ['read their order by its id', 'select from protection_orders where id = :order'],
    ['end it', `update protection_orders set status = 'ended' where id = :order`],
    [
      'close their alert',
      `update alerts set status = 'closed', outcome = 'test' where id = :alert`,
    ],
    ['say to be the machinery', `select set_config('hoede.part', 'machinery', true)`],
    ['say to be what looks up', `select set_config('hoede.part', 'resolver', true)`],
  ]
  it.each(attempts)('whoever tries to %s finds no row of another organisation', async (_, sql) => {
    const { ours, theirs } = world
    const text = sql
      .replace(':order', `'${theirs.orderId}'`)
      .replace(':alert', `'${theirs.alertId}'`)
    await ours.supervisor.db.transaction(async (tx) => {
      const tried = await tx.query(text)
      if (!text.includes('set_config')) expect(tried.rowCount).toBe(0)
      const { rows } = await tx.query<{ organisation_id: string }>(
        'select organisation_id from protection_orders',
      )
      expect(
        rows.map((row) => row.organisation_id).filter((id) => id !== ours.organisationId),
      ).toEqual([])
    })
    const { rows } = await database.pool.query(
      'select o.status, a.status as alert from protection_orders o join alerts a on a.protection_order_id = o.id where o.id = $1',
      [theirs.orderId],
    )
    expect(rows).toEqual([{ status: 'active', alert: 'open' }])
  })

  const refusals: readonly (readonly [string, string])[] = [
    [
      'the hash of a token, which is as good as the token here',
      'select token_hash from api_clients',
    ],
    ['fixes', 'select from fixes'],
    ['the journal', 'select from journal'],
    ['a day of fixes', 'select from fixes_default'],
    ['another role', 'set role hoede_evaluator'],
    [
      'the right to know a person',
      `insert into persons_in values ('${'00000000-0000-7000-8000-000000000001'}', :person)`,
    ],
    ['a table in front of another', 'create temporary table api_clients as select 1'],
    ['to drop a day', `select hoede_drop_fix_partition('fixes_20260101')`],
    ['to remove a record of readings', 'delete from access_log'],
    ['to give a case away', `update protection_orders set organisation_id = :other`],
  ]
  it.each(refusals)('%s is refused', async (_, sql) => {
    const { ours, theirs } = world
    const text = sql
      .replace(':person', `'${theirs.personId}'`)
      .replace(':other', `'${theirs.organisationId}'`)
    await expect(ours.supervisor.db.query(text)).rejects.toMatchObject({ code: '42501' })
  })

  it.each([
    [
      'an order over somebody',
      `insert into protection_orders (reference, legal_basis, offender_id, valid_from, valid_until) values ('new', 'x', $1, now(), now() + interval '1 day')`,
      'personId',
    ],
    [
      'a device of ours for somebody',
      `insert into device_assignments (device_id, person_id, valid_from) select id, $1, now() from devices limit 1`,
      'personId',
    ],
    [
      'somebody of ours with a device',
      `insert into device_assignments (device_id, person_id, valid_from) select $1, id, now() from persons limit 1`,
      'deviceId',
    ],
  ] as const)(
    '%s who is hidden is refused in the same words as one who is missing',
    async (_, sql, whose) => {
      const { ours, theirs } = world
      const refusalOf = async (id: string): Promise<unknown> =>
        await ours.supervisor.db.query(sql, [id]).then(
          () => 'taken',
          (error: Error & { code: string }) => ({ code: error.code, message: error.message }),
        )
      const hidden = await refusalOf(theirs[whose])
      expect(hidden).toMatchObject({ code: '42501' })
      expect(hidden).toEqual(await refusalOf('019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21'))
    },
  )
})

describe('a connection', () => {
  it('a connection whose transaction failed, or was killed, is nobody in the next one', async () => {
    const one = await connect(database.urlAs('api'), { isForPeople: true, connectionCountMax: 1 })
    const { secretHash } = { secretHash: hashToken(world.ours.supervisor.token) }
    const count = async (): Promise<unknown> => (await one.query('select from alerts')).rowCount
    try {
      await asPerson(one, { secretHash }, (tx) => tx.query('select 1 / 0')).catch(() => undefined)
      expect(await count()).toBe(0)
      const killed = asPerson(one, { secretHash }, async (tx) => {
        expect((await tx.query('select from alerts')).rowCount).toBe(1)
        const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
        await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
        await tx.query('select 1')
      })
      await expect(killed).rejects.toThrow()
      expect(await count()).toBe(0)
    } finally {
      await one.end()
    }
  })
})

describe('one login for everything', () => {
  it('what was there before belongs to one organisation, and people are held by what they show', async () => {
    const bare = await createTestDatabase({ isMigrated: false })
    try {
      await bare.pool.query(`alter database ${bare.name} owner to hoede_owner`)
      const owner = await bare.connectAs('owner')
      await migrate(owner, migrationsDirectory, 13)
      await owner.query(`
        insert into persons (role, reference) values ('offender', 'before');
        insert into protection_orders (reference, legal_basis, offender_id, valid_from, valid_until)
          select 'before', 'x', id, now(), now() + interval '1 day' from persons;
        insert into alerts (id, kind, priority, protection_order_id, occurred_at, learned_at, late, reason, evidence)
          select uuidv7(), 'panic', 'P1', id, now(), now(), false, 'reason', '{}' from protection_orders`)
      await migrate(owner)
      await openPolicies(owner)
      const asPeople = await connect(bare.urlAs('owner'), { isForPeople: true, keys: bare.keys })
      const two = await createTwoOrganisations(bare, asPeople)
      expect((await owner.query('select from alerts')).rowCount, 'the machinery').toBe(3)
      const { ours, theirs } = two
      expect((await ours.supervisor.db.query('select from alerts')).rowCount).toBe(2)
      expect((await theirs.supervisor.db.query('select from alerts')).rowCount).toBe(1)
      expect((await asPeople.query('select from alerts')).rowCount, 'nobody').toBe(0)
      await asPeople.end()
    } finally {
      await bare.drop()
    }
  })
})
