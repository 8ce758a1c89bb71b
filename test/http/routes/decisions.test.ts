import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createCaseKeeper } from '../../../workers/keep-cases.ts'
import { hold } from '../../../src/http/orders/import-decision.ts'
import { decisionBodySchema } from '../../../src/schemas/decision.ts'
import { personDb } from '../../../src/store/pg/as-person.ts'
import { hashToken } from '../../../src/store/registry/api-clients.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { createDecisionSender } from '../../support/decision-sender.ts'
import { signInAs } from '../../support/signed-in.ts'

let world: TestApp
let send: ReturnType<typeof createDecisionSender>
beforeAll(async () => {
  world = await createTestApp()
  const address = await world.app.listen({ host: '127.0.0.1', port: 0 })
  send = createDecisionSender(address, world.tokens.supervisor)
})
afterAll(() => world.close())

type Document = Record<string, unknown> & { readonly order: Record<string, unknown> }

/** As `docs/orders.md` shows them: an order, its extension, its end. */
const [imposed, extended, lifted] = [
  ...readFileSync('docs/orders.md', 'utf8').matchAll(/```json\n([\s\S]*?)```/g),
].map((match) => JSON.parse(match[1] ?? '') as Document) as [Document, Document, Document]

/** The same decisions under numbers of their own. */
function numbered(document: Document, number: string): Document {
  return {
    ...document,
    documentReference: `${String(document['documentReference'])}/${number}`,
    order: { ...document.order, reference: `09/${number}` },
  }
}

async function count(table: string): Promise<number> {
  const { rows } = await world.database.pool.query<{ count: number }>(
    `select count(*)::int as count from ${table}`,
  )
  return rows[0]?.count ?? 0
}

const lifeOf = async (id: unknown) =>
  (await world.call('operator', 'GET', `/v1/protection-orders/${String(id)}/life`)).body

describe('decisions as partners send them', () => {
  it('the documents that the docs show are imported one after the other, and the life of the order names each', async () => {
    const [first] = await send(imposed)
    expect(first).toMatchObject({
      status: 201,
      body: {
        status: 'imported',
        isKnown: false,
        missing: [],
        textCheck: { result: 'green' },
        // Nobody wears anything yet: said at once.
        hasDevice: false,
      },
    })
    const id = first?.body['protectionOrderId']
    expect((await send(extended))[0]).toMatchObject({
      status: 201,
      body: { status: 'imported', protectionOrderId: id },
    })
    expect((await send(lifted))[0]).toMatchObject({ status: 201, body: { status: 'imported' } })
    const life = await lifeOf(id)
    // The clock is before the moment from when on it is lifted: it protects until then.
    expect(life['state']).toBe('active')
    const order = (await world.call('supervisor', 'GET', `/v1/protection-orders/${String(id)}`))
      .body
    expect(order).toMatchObject({ status: 'active', validUntil: '2027-03-01T11:00:00.000Z' })
    expect(life['missing']).toEqual([])
    expect(life['acts']).toMatchObject([
      { act: 'impose', documentReference: 'OM-26/000417', decidedBy: 'prosecutor' },
      { act: 'extend', documentReference: 'OM-26/000417-V1', decidedBy: 'prosecutor' },
      {
        act: 'shorten',
        documentReference: 'RB-27/12',
        decidedBy: 'court',
        effectiveAt: '2027-03-01T11:00:00.000Z',
      },
    ])
  })

  it('a decision that is sent again, and twice at once, is imported once', async () => {
    const document = numbered(imposed, 'again')
    const before = await count('protection_orders')
    const both = await Promise.all([send(document), send(document), send(document, 3)])
    const answers = both.flat()
    expect(answers.every(({ status }) => status === 200 || status === 201)).toBe(true)
    expect(new Set(answers.map(({ body }) => body['protectionOrderId'])).size).toBe(1)
    expect(await count('protection_orders')).toBe(before + 1)
    const changed = { ...document, decidedAt: '2026-11-21T14:00:00+01:00' }
    expect((await send(changed))[0]?.status).toBe(409)
  })

  it('a decision that lacks something comes back with all of it, nothing of it is imported, and it is kept that it came', async () => {
    const whole = numbered(imposed, 'lacking')
    const { legalBasis: _, validUntil: __, ...rest } = whole.order
    const lacking = {
      ...whole,
      supervision: { body: 'Reclassering Nederland' },
      order: {
        ...rest,
        offenderReference: 'NOT-BEFORE',
        locationBans: [
          {
            label: 'de Dorpsstraat en omgeving',
            schedule: {
              timeZone: 'Europe/Amsterdam',
              weekly: [{ days: ['monday'], until: '06:00' }],
              exceptions: [{ until: '2026-12-01T12:00:00+01:00' }, { reason: 'zitting' }],
            },
          },
        ],
        proximityBans: [{ separationMeters: 1000 }],
      },
    }
    const before = [await count('protection_orders'), await count('persons')]
    const [answer] = await send(lacking)
    expect(answer?.status).toBe(400)
    const errors = (answer?.body['errors'] ?? []) as { pointer: string }[]
    const pointers = errors.map((one) => one.pointer)
    expect(pointers).toEqual([
      '/order/validUntil',
      '/order/legalBasis',
      '/supervision/electronicMonitoring',
      '/order/locationBans/0',
      '/order/locationBans/0/schedule/weekly/0/from',
      '/order/locationBans/0/schedule/exceptions/0/from',
      '/order/locationBans/0/schedule/exceptions/0/reason',
      '/order/locationBans/0/schedule/exceptions/1/from',
      '/order/locationBans/0/schedule/exceptions/1/until',
      '/order/proximityBans/0/victimReference',
    ])
    expect([await count('protection_orders'), await count('persons')]).toEqual(before)
    const listed = await world.call('supervisor', 'GET', '/v1/decisions')
    const [newest] = listed.body['items'] as Record<string, unknown>[]
    expect(newest).toMatchObject({ status: 'incomplete', act: 'impose' })
    expect(newest?.['missing']).toHaveLength(10)
    const { rows } = await world.database.pool.query<{ text: string }>(
      `select row_to_json(d)::text as text from decisions d where document_reference = $1`,
      [whole['documentReference']],
    )
    expect(rows[0]?.text).not.toContain('Dorpsstraat')
    expect((await send(whole))[0]).toMatchObject({ status: 201, body: { missing: [] } })
  })

  it('a decision whose order cannot be read imports nobody, not even the person it names', async () => {
    const document = numbered(imposed, 'unreadable')
    const bowTie = [
      [5, 52],
      [5.01, 52.01],
      [5.01, 52],
      [5, 52.01],
      [5, 52],
    ]
    const order = {
      ...document.order,
      offenderReference: 'NOBODY-YET',
      locationBans: [{ label: 'x', geometry: { type: 'Polygon', coordinates: [bowTie] } }],
    }
    const before = await count('persons')
    expect((await send({ ...document, order }))[0]?.status).toBe(400)
    expect(await count('persons')).toBe(before)
  })

  it('a decision that extends an order is refused where whoever decided it may not, or the order is not known', async () => {
    await send(numbered(imposed, 'who'))
    const wrong = { ...numbered(extended, 'who'), decidedBy: 'mayor' }
    expect((await send(wrong))[0]).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'not-competent' }] },
    })
    const { decidedBy: _, ...nobody } = numbered(extended, 'who')
    expect((await send(nobody))[0]).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/decidedBy' }] },
    })
    expect((await send(numbered(extended, 'unknown')))[0]?.status).toBe(409)
    expect((await send(numbered(extended, 'who')))[0]?.status).toBe(201)
  })

  it('a decision that was refused is kept with why, calls people after an hour, each further one anew, and is over once sent right or set aside', async () => {
    const worker = await world.database.connectAs('worker')
    const startedMs = world.clock.timeMs
    const keep = async (minutes: number) => {
      const nowMs = startedMs + minutes * 60_000
      const deps = { pool: worker, clock: { nowMs: () => nowMs }, limits: defaultLimits }
      await createCaseKeeper({ ...deps, onEvent: () => {} })()
      const { rows } = await world.database.pool.query<{ reason: string }>(
        `select reason from alerts where kind = 'decision-waiting' and cleared_at is null`,
      )
      return rows.map(({ reason }) => reason.replace(/ Whoever.*/, ''))
    }
    await world.database.pool.query(`update decisions set status = 'set-aside', waits_since = null
      where status in ('incomplete', 'refused')`)
    const early = numbered(extended, 'early')
    expect((await send(early))[0]?.status).toBe(409)
    const rowOf = async (document: Document) => {
      const { items } = (await world.call('supervisor', 'GET', '/v1/decisions')).body
      const rows = items as Record<string, unknown>[]
      return rows.find((row) => row['documentReference'] === document['documentReference'])
    }
    expect(await rowOf(early)).toMatchObject({
      status: 'refused',
      missing: [{ pointer: '', code: 'conflict', detail: 'No protection order has this id.' }],
    })
    const { rows: entries } = await world.database.pool.query<{ text: string }>(
      `select convert_from(body, 'utf8') as text from audit_entries order by index desc limit 3`,
    )
    expect(entries.some(({ text }) => text.includes('OM-26/000417-V1/early'))).toBe(true)
    expect(await keep(59)).toEqual([])
    const told = 'Decisions that came and were not carried out: 1.'
    expect(await keep(60)).toEqual([told])
    world.clock.timeMs = startedMs + 30 * 60_000
    const later = numbered(lifted, 'early')
    expect((await send(later))[0]?.status).toBe(409)
    expect(await keep(89)).toEqual([told])
    expect(await keep(90)).toEqual(['Decisions that came and were not carried out: 2.'])
    world.clock.timeMs = startedMs
    expect((await send(numbered(imposed, 'early')))[0]?.status).toBe(201)
    expect((await send(early))[0]).toMatchObject({ status: 201, body: { status: 'imported' } })
    const path = `/v1/decisions/${String((await rowOf(later))?.['id'])}/_set-aside`
    const reason = 'Not this order.'
    expect(await world.call('supervisor', 'POST', path, { reason })).toMatchObject({
      status: 200,
      body: { status: 'set-aside', setAsideReason: reason, waitsSince: null },
    })
    expect((await world.call('supervisor', 'POST', path, { reason })).status).toBe(409)
    expect(await keep(91)).toEqual([])
    expect((await send(later))[0]).toMatchObject({ status: 201, body: { status: 'imported' } })
  })

  it('a decision that lifts an order ends it at once where its moment has come, and is refused of whoever may not decide it', async () => {
    const [made] = await send(numbered(imposed, 'lifted'))
    const id = made?.body['protectionOrderId']
    const { effectiveAt: _, ...now } = numbered(lifted, 'lifted')
    expect((await send({ ...now, source: 'mayor' }))[0]).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '/decidedBy', code: 'not-competent' }] },
    })
    expect((await lifeOf(id))['state']).toBe('active')
    expect((await send(now))[0]).toMatchObject({ status: 201, body: { status: 'imported' } })
    expect((await lifeOf(id))['state']).toBe('lifted')
  })

  it('a decision that lifts an order is a proposal where a person brings it', async () => {
    const [made] = await send(numbered(imposed, 'person'))
    const person = await signInAs(world, { roles: ['supervisor'] })
    const lift = { ...numbered(lifted, 'person'), effectiveAt: '2027-01-04T12:00:00+01:00' }
    const brought = await person.call('POST', '/v1/decisions', lift)
    expect(brought).toMatchObject({ status: 201, body: { status: 'proposed' } })
    expect(brought.body['proposalId']).not.toBeNull()
    expect((await lifeOf(made?.body['protectionOrderId']))['state']).toBe('active')
  })

  it('a decision that a second person refused is not done, and sent again it is asked anew', async () => {
    const [made] = await send(numbered(imposed, 'refused'))
    const [person, second] = [
      await signInAs(world, { roles: ['supervisor'] }),
      await signInAs(world, { roles: ['supervisor'] }),
    ]
    const { effectiveAt: _, ...lift } = numbered(lifted, 'refused')
    const first = await person.call('POST', '/v1/decisions', lift)
    const about = String(first.body['proposalId'])
    expect(
      (
        await second.call('POST', `/v1/proposals/${about}/_refuse`, {
          note: 'not by this document',
        })
      ).status,
    ).toBe(200)
    const statusNow = async () => {
      const { items } = (await world.call('supervisor', 'GET', '/v1/decisions')).body
      const rows = items as Record<string, unknown>[]
      return rows.find((row) => row['documentReference'] === lift['documentReference'])?.['status']
    }
    expect(await statusNow()).toBe('not-done')
    const again = await person.call('POST', '/v1/decisions', lift)
    expect(again).toMatchObject({ status: 201, body: { status: 'proposed', isKnown: false } })
    expect(again.body['proposalId']).not.toBe(about)
    // A machine is not asked: what nobody carried out is carried out.
    const later = String(again.body['proposalId'])
    expect(
      (
        await person.call('POST', `/v1/proposals/${later}/_refuse`, {
          note: 'not by this document',
        })
      ).status,
    ).toBe(200)
    expect((await send(lift))[0]).toMatchObject({ status: 201, body: { status: 'imported' } })
    expect((await lifeOf(made?.body['protectionOrderId']))['state']).toBe('lifted')
  })

  it('a decision and the proposal it became are kept together or not at all', async () => {
    await send(numbered(imposed, 'together'))
    const person = await signInAs(world, { roles: ['supervisor'] })
    const { effectiveAt: _, ...lift } = numbered(lifted, 'together')
    const { pool } = world.database
    await pool.query(
      `create function refuse_proposed() returns trigger language plpgsql as $$
       begin if new.status = 'proposed' then raise exception 'the server stops here'; end if; return new; end $$`,
    )
    await pool.query(
      'create trigger stop before update on decisions for each row execute function refuse_proposed()',
    )
    const before = await count('proposals')
    expect((await person.call('POST', '/v1/decisions', lift)).status).toBe(500)
    await pool.query('drop trigger stop on decisions')
    expect(await count('proposals')).toBe(before)
    expect(await person.call('POST', '/v1/decisions', lift)).toMatchObject({
      status: 201,
      body: { status: 'proposed' },
    })
  })

  it('an extension or a lift that says what is not so of its order, or what it cannot change, does nothing', async () => {
    const [made] = await send(numbered(imposed, 'other'))
    const path = `/v1/protection-orders/${String(made?.body['protectionOrderId'])}`
    const before = (await world.call('supervisor', 'GET', path)).body
    const { locationBans, proximityBans } = imposed.order
    const saying = (document: Document, order: object, more: object = {}): Document => {
      const one = numbered(document, 'other')
      return { ...one, ...more, order: { ...one.order, ...order } }
    }
    const refusedOf = async (document: Document): Promise<readonly unknown[]> => {
      const [answer] = await send(document)
      expect(answer?.status, JSON.stringify(answer?.body)).toBe(409)
      const errors = answer?.body['errors'] as { pointer: string }[] | undefined
      return (errors ?? []).map(({ pointer }) => pointer)
    }
    const another = { offenderReference: 'SOMEBODY-ELSE', legalBasis: 'temporary-home-ban' }
    const validUntil = '2027-03-01T00:00:00Z'
    expect(await refusedOf(saying(lifted, { ...another, proximityBans, validUntil }))).toEqual([
      '/order/offenderReference',
      '/order/legalBasis',
      '/order/proximityBans',
      '/order/validUntil',
    ])
    const conditions = ['no-weapons']
    const changing = { locationBans, conditions, validFrom: '2020-01-01T00:00:00Z' }
    const later = { effectiveAt: '2030-01-01T00:00:00Z' }
    expect(await refusedOf(saying(extended, changing, later))).toEqual([
      '/order/validFrom',
      '/order/locationBans',
      '/order/conditions',
      '/effectiveAt',
    ])
    expect((await world.call('supervisor', 'GET', path)).body).toEqual(before)
    // Mended, it comes under the same number.
    const { legalBasis, offenderReference, validFrom } = imposed.order
    const right = saying(extended, { legalBasis, offenderReference, validFrom })
    expect((await send(right))[0]).toMatchObject({ status: 201, body: { status: 'imported' } })
    const start = { ...numbered(imposed, 'other start'), effectiveAt: '2030-01-01T00:00:00Z' }
    expect(await refusedOf(start)).toEqual(['/effectiveAt'])
    expect((await send({ ...start, effectiveAt: validFrom }))[0]?.status).toBe(201)
  })

  it('an extension may say when its own period begins, where that goes on from the order', async () => {
    const saying = (number: string, order: object): Document => {
      const one = numbered(extended, number)
      return { ...one, order: { ...one.order, ...order } }
    }
    const made = (await send(numbered(imposed, 'period')))[0]?.body['protectionOrderId']
    // It ends at 17:00 on 18 February; the day after is the first that is whole.
    const next = { validFrom: '2027-02-19T00:00:00+01:00' }
    expect((await send(saying('period', next)))[0]).toMatchObject({ status: 201 })
    const acts = (await lifeOf(made))['acts']
    expect(acts).toMatchObject([
      {},
      {
        act: 'extend',
        effectiveAt: '2027-02-18T16:00:00.000Z',
        documentReference: 'OM-26/000417-V1/period',
      },
    ])
    const path = `/v1/protection-orders/${String(made)}`
    expect((await world.call('supervisor', 'GET', path)).body).toMatchObject({
      validFrom: '2026-11-20T16:00:00.000Z',
      validUntil: '2027-05-19T15:00:00.000Z',
    })
    await send(numbered(imposed, 'gap'))
    const gap = saying('gap', { validFrom: '2027-02-19T00:00:01+01:00' })
    expect((await send(gap))[0]).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '/order/validFrom', detail: expect.stringContaining('gap') }] },
    })
    const lift = numbered(lifted, 'gap')
    const other = { ...lift, order: { ...lift.order, validFrom: '2027-01-01T00:00:00Z' } }
    expect((await send(other))[0]?.status).toBe(409)
  })

  it('an extension that was decided before a lift that is to come does not undo it, and one from after it does', async () => {
    const made = (await send(numbered(imposed, 'late')))[0]?.body['protectionOrderId']
    const lift = { ...numbered(lifted, 'late'), effectiveAt: '2027-01-11T11:00:00.000Z' }
    expect((await send(lift))[0]?.status).toBe(201)
    const late = numbered(extended, 'late')
    for (const decidedAt of [undefined, '2026-11-23T18:29:59Z'])
      expect((await send({ ...late, decidedAt }))[0]).toMatchObject({
        status: 409,
        body: { errors: [{ pointer: '/decidedAt', code: 'lifted-before' }] },
      })
    const path = `/v1/protection-orders/${String(made)}`
    const { body } = await world.call('supervisor', 'GET', path)
    expect(body['validUntil']).toBe('2027-01-11T11:00:00.000Z')
    const after = { ...late, documentReference: 'later', decidedAt: '2026-12-01T12:00:00Z' }
    expect((await send(after))[0]).toMatchObject({ status: 201 })
  })

  it('an order that was extended before it came counts on from there', async () => {
    const document = numbered(imposed, 'third')
    const [made] = await send({ ...document, order: { ...document.order, extensionCount: 3 } })
    const life = await lifeOf(made?.body['protectionOrderId'])
    expect(life['end']).toMatchObject({ extensionCount: 3, longestEnd: null })
  })

  it('a decision finds people and orders of the home organisation alone, and is refused where two people fit', async () => {
    const { pool } = world.database
    const insertId = async (sql: string, ...values: readonly string[]): Promise<string> =>
      (await pool.query<{ id: string }>(`${sql} returning id`, [...values])).rows[0]?.id ?? ''
    const other = await insertId("insert into organisations (name) values ('De andere')")
    const person =
      "insert into persons (role, reference, organisation_id) values ('offender', $1, $2)"
    const [elsewhere, guest] = [
      await insertId(person, 'ELSEWHERE', other),
      await insertId(person, 'TWICE', other),
    ]
    const about = (number: string, offenderReference: string): Document => {
      const document = numbered(imposed, number)
      return { ...document, order: { ...document.order, offenderReference } }
    }
    const [own] = await send(about('elsewhere', 'ELSEWHERE'))
    expect(own?.status).toBe(201)
    const path = `/v1/protection-orders/${String(own?.body['protectionOrderId'])}`
    const order = (await world.call('supervisor', 'GET', path)).body
    expect(order['offenderId']).not.toBe(elsewhere)
    expect((await send(about('twice', 'TWICE')))[0]?.status).toBe(201)
    // A case that moved here brought somebody of the same reference.
    const guests =
      'insert into persons_in (organisation_id, person_id) select organisation_id, $1 from persons where id = $2'
    await pool.query(guests, [guest, order['offenderId']])
    const [refused] = await send(about('two fit', 'TWICE'))
    expect(refused?.status).toBe(409)
    expect(JSON.stringify(refused?.body)).toContain('Two people of role offender')
  })

  it('a decision is not imported in place of another one of its number that came since, though that is incomplete', async () => {
    const document = numbered(imposed, 'overtaken')
    const incomplete = { ...document, supervision: null }
    expect((await send(incomplete))[0]?.status).toBe(400)
    const people = await world.database.connectAs('api')
    const db = personDb(people, { secretHash: hashToken(world.tokens.supervisor) })
    const holding = (body: Document) =>
      db.transaction((tx) => hold(tx, decisionBodySchema.parse(body)))
    await expect(holding(document)).rejects.toThrow('Another decision of this number came before')
    expect((await holding(incomplete)).status).toBe('incomplete')
    expect((await send(document))[0]?.status).toBe(201)
  })
})
