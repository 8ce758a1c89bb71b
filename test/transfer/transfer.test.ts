import { createHash, createPublicKey } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRecordKey, publicPem, type RecordKey } from '../../src/record-key.ts'
import { aboutMember } from '../../src/store/cases/household-links.ts'
import { aboutAddress } from '../../src/store/cases/relocations.ts'
import { scopeOfCase } from '../../src/store/keys/sealed-orders.ts'
import { sealText } from '../../src/store/keys/sealed-text.ts'
import { saveEffects } from '../../src/store/alerts/save-effects.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import {
  alignReceiptAlerts,
  isNoticeDue,
  makeNotices,
} from '../../src/store/partners/notices-due.ts'
import { listNoticesOfOrder } from '../../src/store/partners/notices.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { caseTables } from '../../src/transfer/case-tables.ts'
import { importCases } from '../../src/transfer/import-cases.ts'
import { writeExport } from '../../src/transfer/write-export.ts'
import type { ExportManifest } from '../../src/transfer/manifest.ts'
import { raised, saveContextAt } from '../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { leftOutTables } from './left-out-tables.ts'

let world: TestApp
let target: TestDatabase
let key: RecordKey
const place = mkdtempSync(join(tmpdir(), 'hoede-transfer-'))
const exported = join(place, 'exported')
/** Two orders of one offender, the first about a victim too, and one of somebody else. */
const orderIds: string[] = []
const T = Date.parse('2026-11-23T18:29:00.250Z')
const hourMs = 3_600_000

beforeAll(async () => {
  world = await createTestApp()
  target = await createTestDatabase()
  key = await openRecordKey('5'.repeat(64), '/nowhere')
  await fill()
  await take(exported)
}, 60_000)
afterAll(async () => {
  await world.close()
  await target.drop()
  rmSync(place, { recursive: true })
})

async function make(url: string, body: object): Promise<string> {
  const { status, body: answer } = await world.call('supervisor', 'POST', url, body)
  expect([url, status]).toEqual([url, 201])
  return String(answer['id'])
}

async function wear(kind: string, personId: string): Promise<string> {
  const deviceId = await make('/v1/devices', {
    vendorId: world.vendorId,
    serialNumber: `${kind}-${personId}`,
    kind,
    reportIntervalSeconds: 60,
  })
  await make('/v1/device-assignments', { deviceId, personId, validFrom: '2026-11-01T00:00:00Z' })
  return deviceId
}

async function order(offenderId: string, more: object): Promise<void> {
  const id = await make('/v1/protection-orders', {
    reference: `ORDER-${orderIds.length}`,
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    ...more,
  })
  orderIds.push(id)
}

async function fill(): Promise<void> {
  const { pool } = world.database
  const [offender, victim, other] = [
    await make('/v1/persons', { role: 'offender', reference: 'o "é"' }),
    await make('/v1/persons', { role: 'victim', reference: 'v' }),
    await make('/v1/persons', { role: 'offender', reference: 'p' }),
  ]
  const devices = [
    await wear('ankle-monitor', offender),
    await wear('victim-device', victim),
    await wear('ankle-monitor', other),
  ]
  const locationBans = [
    { label: 'tuin "é" \\', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } },
  ]
  await order(offender, {
    locationBans,
    proximityBans: [{ victimId: victim, separationMeters: 1000 }],
  })
  await order(offender, { locationBans })
  await order(other, { locationBans })
  const phone = { phone: '+31612345678' }
  await world.call('supervisor', 'PUT', `/v1/persons/${victim}/phone`, phone)
  const [first = ''] = orderIds
  await make(`/v1/persons/${victim}/sightings`, {
    kind: 'seen',
    seenAt: '2026-11-23T18:20:00Z',
    note: 'Bij de "school".',
  })
  await make(`/v1/protection-orders/${first}/_hold`, {
    heldFor: 'court',
    reason: 'Hoger beroep.',
    until: '2028-01-01T00:00:00Z',
  })
  const extended = await world.call(
    'supervisor',
    'POST',
    `/v1/protection-orders/${first}/_extend`,
    {
      validUntil: '2027-12-01T00:00:00Z',
      decidedBy: 'court',
      documentReference: 'RB-1',
    },
  )
  expect(extended.status).toBe(200)
  await pool.query(
    `with made as (
       insert into enforceability_assessments (organisation_id, label, made_at, made_by_kind, made_by, question, answer,
                                               limits_version, advice_court, advice_file)
       select organisation_id, 'advies', now(), 'person', gen_random_uuid(), '{}', '{}', '1', '', ''
         from protection_orders where id = $1 returning id)
     update order_acts set assessment_id = (select id from made) where protection_order_id = $1 and act = 'impose'`,
    [first],
  )
  await pool.query(
    `insert into decisions (organisation_id, source, document_reference, body_hash, act, status, missing,
                            protection_order_id, received_by, received_at)
     select organisation_id, 'court', 'RB-7', 'x', 'impose', 'imported', '[]', id, gen_random_uuid(), now()
       from protection_orders where id = $1`,
    [orderIds[1]],
  )
  await liveTogether(first, victim)
  await tellPartner(first)
  // Of every column what is awkward: a third of a metre, microseconds, a number beyond 2^53.
  await pool.query(
    `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, accuracy_meters, speed_meters_per_second,
                        source, sequence, journal_id)
     select d, to_timestamp($2::float8 / 1000) + n * interval '1 minute 1 microsecond', now(), 5 + n / 3.0::float8, 52.1, 1 / 3.0::float8,
            case n when 7 then 'NaN'::float8 end, 'gnss', 9007199254740993 + n, 17
       from unnest($1::uuid[]) as d cross join generate_series(1, 1500) as n`,
    [devices, T - 30 * hourMs],
  )
  // While nobody had the device yet.
  await pool.query(
    `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, journal_id)
     select $1, '2026-10-01T00:00:00Z', now(), 5, 52, 1`,
    [devices[0]],
  )
  await pool.query(
    `insert into device_events (device_id, recorded_at, received_at, kind, journal_id)
     select d, to_timestamp($2::float8 / 1000), now(), unnest(array['strap-open', 'Battery']), 3 from unnest($1::uuid[]) as d`,
    [devices, T],
  )
  await pool.query(
    `insert into disbelieved_fixes (device_id, recorded_at, reasons) values ($1, to_timestamp($2::float8 / 1000), '{impossible-speed}')`,
    [devices[0], T],
  )
  const alerts = orderIds.map((protectionOrderId) =>
    raised({ protectionOrderId, offenderId: offender, victimId: victim, occurredAtMs: T }),
  )
  await inTransaction(pool, (tx) => saveEffects(tx, alerts, saveContextAt(world.clock.timeMs)))
  const [alert] = alerts
  await world.call('operator', 'POST', `/v1/alerts/${alert?.alert.id}/_close`, {
    outcome: 'confirmed',
    note: 'Er is gebeld.',
  })
}

/** The police, who have received what they were told of one order, and nothing of the others. */
async function tellPartner(receivedId: string): Promise<void> {
  const { pool } = world.database
  const client = { name: 'politie', role: 'partner' }
  const made = await world.call('administrator', 'POST', '/v1/api-clients', client)
  await pool.query(
    `insert into partners (organisation_id, kind, name, api_client_id, on_breach, receipt_within_minutes, made_by,
                           made_by_kind, made_at, confirmed_by, confirmed_at)
     select id, 'police', 'Politie Utrecht', $1, 'Bel.', 60, $1, 'staff', now(), $1, now() from organisations`,
    [made.body['id']],
  )
  const other = { name: 'informatie', role: 'partner' }
  const informing = await world.call('administrator', 'POST', '/v1/api-clients', other)
  await pool.query(
    `insert into partners (organisation_id, kind, name, api_client_id, on_breach, receipt_within_minutes, made_by,
                           made_by_kind, made_at, confirmed_by, confirmed_at)
     select id, 'victim-information', 'Informatiepunt', $1, 'Bel.', 60, $1, 'staff', now(), $1, now() from organisations`,
    [informing.body['id']],
  )
  const nowMs = world.clock.timeMs
  await inTransaction(pool, (tx) => makeNotices(tx, { nowMs, limit: 100, limits: defaultLimits }))
  await pool.query(
    `update partner_notices set received_at = now(), received_by = $2, receipt_reference = 'PL-7', sent_at = now()
      where protection_order_id = $1`,
    [receivedId, made.body['id']],
  )
}

/** Who lives with whom, and who has moved: words that no other case opens. */
async function liveTogether(orderId: string, personId: string): Promise<void> {
  const { pool } = world.database
  const id = '019ab2f4-0006-7000-8000-00000000000a'
  const seal = (about: string, text: string) => sealText(pool, scopeOfCase(orderId), about, text)
  await pool.query(
    `insert into household_links (id, protection_order_id, person_id, member_reference, relation, since, kept_by, kept_at)
     values ($1, $2, $3, $4, 'child', now(), $1, now())`,
    [id, orderId, personId, await seal(aboutMember(id), 'KIND-"1"')],
  )
  await pool.query(
    `insert into relocations (id, protection_order_id, person_id, moved_at, old_address, kept_by, kept_at)
     values ($1, $2, $3, now(), $4, $1, now())`,
    [id, orderId, personId, await seal(aboutAddress(id, 'old'), '{"text":"Oude weg 1"}')],
  )
}

function take(folder: string, from: TestDatabase = world.database, caseId: string | null = null) {
  const clock = { nowMs: () => world.clock.timeMs }
  return writeExport(from.pool, { folder, caseId, reason: 'overgang', clock, key })
}

function bring(
  folder: string,
  more: Partial<Parameters<typeof importCases>[1]> = {},
  into = target,
) {
  return importCases(into.pool, {
    folder,
    key: key.publicKey,
    caseId: null,
    into: null,
    reason: 'overgang',
    clock: { nowMs: () => world.clock.timeMs },
    ...more,
  })
}

function read(folder: string): ExportManifest {
  return JSON.parse(readFileSync(join(folder, 'export.json'), 'utf8')) as ExportManifest
}

function lines(folder: string, orderId: string, name: string): string[] {
  const file = join(folder, 'cases', orderId, `${name}.ndjson.gz`)
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
}

function tampered(name: string, change: (text: string) => string): string {
  const folder = mkdtempSync(join(place, 'tampered-'))
  cpSync(exported, folder, { recursive: true })
  const file = join(folder, 'cases', orderIds[0] ?? '', `${name}.ndjson.gz`)
  writeFileSync(file, gzipSync(change(gunzipSync(readFileSync(file)).toString('utf8'))))
  return folder
}

/** The first case with a changed file, and a list that says it was not; nobody signs it. */
async function bringForged(name: string, change: (text: string) => string) {
  const folder = tampered(name, change)
  const manifest = read(folder)
  const [first = ''] = orderIds
  const text = lines(folder, first, name)
    .map((line) => `${line}\n`)
    .join('')
  const cases = manifest.cases.map((one) => ({
    ...one,
    files: one.files.map((file) =>
      one.orderId === first && file.name === name
        ? {
            name,
            rowCount: text.split('\n').length - 1,
            sha256: createHash('sha256').update(text).digest('hex'),
          }
        : file,
    ),
  }))
  writeFileSync(join(folder, 'export.json'), JSON.stringify({ ...manifest, cases }))
  const other = await createTestDatabase()
  try {
    const report = await bring(folder, { key: null, caseId: first }, other)
    expect(await countRows(other)).toBe(0)
    return report
  } finally {
    await other.drop()
  }
}

async function countRows({ pool }: TestDatabase): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select ((select count(*) from persons) + (select count(*) from protection_orders) + (select count(*) from fixes)
        + (select count(*) from alerts) + (select count(*) from journal))::float8 as count`,
  )
  return rows[0]?.count ?? -1
}

describe('an export', () => {
  it('an export has every row of every case, once in each, with its count and its hash', () => {
    const { cases, inNoCase, isEverything } = read(exported)
    expect(isEverything).toBe(true)
    expect(cases.map(({ orderId }) => orderId).toSorted()).toEqual(orderIds.toSorted())
    const counts = Object.fromEntries(
      (cases.find(({ orderId }) => orderId === orderIds[0])?.files ?? []).map((file) => [
        file.name,
        file.rowCount,
      ]),
    )
    expect(counts).toMatchObject({
      persons: 2,
      devices: 2,
      protection_order_versions: 2,
      enforceability_assessments: 1,
      order_acts: 2,
      fixes: 3000,
      device_events: 4,
      disbelieved_fixes: 1,
      // What was reported as seen is one, beside the one of a device.
      alerts: 2,
      person_sightings: 1,
      retention_holds: 1,
      partner_notices: 2,
      household_links: 1,
      relocations: 1,
      alert_events: 3,
    })
    expect(counts['record']).toBeGreaterThan(3)
    expect(inNoCase).toEqual({
      persons: 0,
      // A phone that was given to nobody.
      devices: 1,
      device_assignments: 0,
      alerts: 0,
      fixes: 1,
      device_events: 0,
    })
  })

  it('every table of the database goes with a case, or is written down with the reason why not', async () => {
    const { rows } = await target.pool.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace
          and relkind in ('r', 'p') and relname !~ '^fixes_[0-9]+$' order by 1`,
    )
    const known = [...caseTables.map(({ name }) => name), ...Object.keys(leftOutTables)]
    expect(rows.map(({ name }) => name)).toEqual(known.toSorted())
  })

  it('an alert whose evidence somebody touched leaves with its case, without its fixes, and says so', async () => {
    const { pool } = world.database
    await pool.query(`update alerts set evidence = jsonb_set(evidence, '{sealed}', '"AAAA"')`)
    const folder = join(place, 'touched')
    await take(folder, world.database, orderIds[0] ?? null)
    await pool.query(`update alerts set evidence = evidence - 'sealed'`)
    const alerts = lines(folder, orderIds[0] ?? '', 'alerts').map((line) => JSON.parse(line))
    expect(alerts).toHaveLength(2)
    for (const { evidence } of alerts) {
      expect(evidence).toMatchObject({ fixes: [], isNotAsSealed: true })
    }
  })

  it('taking an export is a reading of everybody in it, on record before anything is read', async () => {
    const { rows } = await world.database.pool.query<{ count: number }>(
      `select count(*)::int from access_log where action = 'exportCase'`,
    )
    expect(rows[0]?.count).toBe(4)
    await world.database.pool.query('alter table access_log rename to access_log_away')
    await expect(take(join(place, 'unrecorded'))).rejects.toThrow()
    await world.database.pool.query('alter table access_log_away rename to access_log')
    expect(existsSync(join(place, 'unrecorded', 'export.json'))).toBe(false)
  })
})

describe('the way there and back', () => {
  it('all cases come into another database with zero differences, and a second time nothing changes', async () => {
    expect(await bring(exported)).toEqual({
      importedCount: 3,
      hereCount: 0,
      questionCount: 0,
      refusals: [],
    })
    const again = join(place, 'again')
    await take(again, target)
    const [before, after] = [read(exported), read(again)]
    for (const { orderId, files } of before.cases) {
      const others = after.cases.find((one) => one.orderId === orderId)?.files
      const rows = (list: typeof files | undefined) => list?.filter(({ name }) => name !== 'record')
      expect(rows(others)).toEqual(rows(files))
      // What the record said there stands here entry by entry, beside what was done since.
      const said = lines(exported, orderId, 'record').map((line) => ({
        ...JSON.parse(line),
        origin: before.exportId,
      }))
      const here = lines(again, orderId, 'record').map((line) => JSON.parse(line))
      expect(here.slice(0, said.length)).toEqual(said)
      expect(here.length).toBeGreaterThan(said.length)
    }
    const count = await countRows(target)
    expect(await bring(exported)).toEqual({
      importedCount: 0,
      hereCount: 3,
      questionCount: 0,
      refusals: [],
    })
    expect(await countRows(target)).toBe(count)
  })

  it('a second case of somebody who was told something here since comes in, and a document that was refused here gives way', async () => {
    const other = await createTestDatabase()
    const [first = '', second = ''] = orderIds
    const isTaken = { importedCount: 1, hereCount: 0, questionCount: 0, refusals: [] }
    try {
      expect(await bring(exported, { caseId: first }, other)).toEqual(isTaken)
      await other.pool.query(
        `insert into person_tellings (organisation_id, person_id, topic, channel, text, ground, outside_wishes, outcome, at, told_by)
         select organisation_id, offender_id, 'contact', 'call', 'x', 'desk', '{}', 'reached', now(), gen_random_uuid() from protection_orders`,
      )
      await other.pool.query(
        `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, journal_id)
         select device_id, now(), now(), 5, 52, 1 from device_assignments`,
      )
      await other.pool.query(
        `insert into decisions (organisation_id, source, document_reference, body_hash, act, status, missing, received_by, received_at)
         select organisation_id, 'court', 'RB-7', 'y', 'impose', 'refused', '[]', gen_random_uuid(), now() from protection_orders`,
      )
      expect(await bring(exported, { caseId: second }, other)).toEqual(isTaken)
      const { rows } = await other.pool.query('select status from decisions')
      expect(rows).toEqual([{ status: 'imported' }])
      expect((await other.pool.query('select from person_tellings')).rowCount).toBe(1)
    } finally {
      await other.drop()
    }
  })

  it('detection and whoever audits hear of an imported case, and no desk hears old events as new', async () => {
    const { rows } = await target.pool.query(
      `select (select count(*)::int from journal where kind = 3) as changes,
              (select max(sequence) < 0 and bool_and(dispatched_at is not null) from alert_events) as "isOld",
              (select count(*)::int from audit_entries where convert_from(body, 'UTF8') like '%importCase%') as entries`,
    )
    // Of each case its people, devices, who has them, the vendor and the order.
    expect(rows).toEqual([{ changes: 8 + 5 + 5, isOld: true, entries: 4 }])
  })

  it('a number to call is sealed by keys of either server, and the same on both', async () => {
    const [row] = lines(exported, orderIds[0] ?? '', 'person_phones')
    expect(JSON.parse(row ?? '{}')).toMatchObject({ phone: '+31612345678' })
    const [seen] = lines(exported, orderIds[0] ?? '', 'person_sightings')
    expect(JSON.parse(seen ?? '{}')).toMatchObject({ note: 'Bij de "school".' })
    const [held] = lines(exported, orderIds[0] ?? '', 'retention_holds')
    expect(JSON.parse(held ?? '{}')).toMatchObject({ heldFor: 'court', reason: 'Hoger beroep.' })
    const [link] = lines(exported, orderIds[0] ?? '', 'household_links')
    expect(JSON.parse(link ?? '{}')).toMatchObject({ memberReference: 'KIND-"1"' })
    const [move] = lines(exported, orderIds[0] ?? '', 'relocations')
    expect(JSON.parse(move ?? '{}')).toMatchObject({
      oldAddress: '{"text":"Oude weg 1"}',
      newAddress: null,
    })
    const { rows } = await target.pool.query<{ text: string }>(
      `select phone as text from person_phones union all select note from person_sightings
       union all select member_reference from household_links union all select old_address from relocations`,
    )
    expect(rows.map(({ text }) => text.startsWith('sealed:'))).toEqual([true, true, true, true])
  })

  it('what partners were told comes along with its receipt, and nothing of it is sent or asked for again', async () => {
    const [line] = lines(exported, orderIds[0] ?? '', 'partner_notices')
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      partnerName: 'Politie Utrecht',
      receiptReference: 'PL-7',
      act: 'imposed',
    })
    const told = await listNoticesOfOrder(target.pool, orderIds[0] ?? '')
    expect(told).toMatchObject([
      { partnerName: 'Informatiepunt', receiptReference: 'PL-7' },
      { partnerName: 'Politie Utrecht', receiptReference: 'PL-7' },
    ])
    const [late] = await listNoticesOfOrder(target.pool, orderIds[1] ?? '')
    expect(late).toMatchObject({ partnerId: null, receivedAtMs: null, isSuperseded: true })
    const work = { nowMs: Date.now() + 365 * 24 * hourMs, limit: 100, limits: defaultLimits }
    expect(await inTransaction(target.pool, (tx) => alignReceiptAlerts(tx, work))).toBe(0)
    expect(await isNoticeDue(target.pool, work.nowMs)).toBe(false)
  })

  it('one case is taken by itself, into an organisation that is named', async () => {
    const [first = ''] = orderIds
    const folder = join(place, 'one')
    expect(await take(folder, world.database, first)).toMatchObject({
      caseCount: 1,
      inNoCase: null,
    })
    const other = await createTestDatabase()
    try {
      const { rows } = await other.pool.query<{ id: string }>(
        `insert into organisations (name) values ('Andere') returning id`,
      )
      const into = rows[0]?.id ?? ''
      expect(await bring(folder, { into }, other)).toMatchObject({ importedCount: 1 })
      const owners = await other.pool.query(
        `select distinct organisation_id as id from protection_orders union select organisation_id from persons
         union select organisation_id from alerts union select organisation_id from devices`,
      )
      expect(owners.rows).toEqual([{ id: into }])
    } finally {
      await other.drop()
    }
  })
})

describe('what an import refuses', () => {
  it.each([
    ['a position', 'fixes', '52.1', '52.2'],
    ['an order', 'protection_orders', 'ORDER-0', 'ORDER-9'],
    ['what the record says', 'record', '"index":', '"index":1'],
  ])(
    'a case in which %s was changed is refused whole, and the others come in',
    async (_what, name, from, to) => {
      const other = await createTestDatabase()
      try {
        const report = await bring(
          tampered(name, (text) => text.replace(from, to)),
          {},
          other,
        )
        expect(report).toMatchObject({
          importedCount: 2,
          refusals: [expect.stringContaining(name)],
        })
        const { rows } = await other.pool.query('select 1 from protection_orders where id = $1', [
          orderIds[0],
        ])
        expect(rows).toEqual([])
      } finally {
        await other.drop()
      }
    },
  )

  it('an export whose list was changed, or that another key signed, is refused before anything is read', async () => {
    const folder = mkdtempSync(join(place, 'list-'))
    cpSync(exported, folder, { recursive: true })
    const file = join(folder, 'export.json')
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('"isEverything": true', '"isEverything": false'),
    )
    await expect(bring(folder)).rejects.toThrow('is not signed by that key')
    const other = createPublicKey(publicPem(await openRecordKey('6'.repeat(64), '/nowhere')))
    await expect(bring(exported, { key: other })).rejects.toThrow('is not signed by that key')
  })

  it('a row of another case, put among those of this one with its count and hash, does not come in', async () => {
    const [first = '', , third = ''] = orderIds
    const theirs = lines(exported, third, 'order_acts').join('\n')
    const report = await bringForged('order_acts', (text) => `${text}${theirs}\n`)
    expect(report).toMatchObject({ importedCount: 0, refusals: [expect.stringContaining(first)] })
  })

  it.each([
    [
      'an order that detection could not read',
      'protection_order_versions',
      /"locationBans":\[/g,
      '"locationBans":[7,',
    ],
    ['a line that is no JSON', 'persons', /^\{/, '{{'],
    ['text that no table takes', 'protection_orders', 'ORDER-0', 'ORDER\\u0000'],
  ])('%s, with its count and hash, does not come in', async (_what, name, from, to) => {
    const report = await bringForged(name, (text) => text.replace(from, to))
    expect(report).toMatchObject({ importedCount: 0, refusals: [expect.any(String)] })
  })

  it('a list that is none, with nobody to sign it, is refused in one sentence', async () => {
    const folder = mkdtempSync(join(place, 'none-'))
    for (const text of [
      '[]',
      '{"format":"hoede-export-1","cases":[{"orderId":"../../etc"}]}',
      '{',
    ]) {
      writeFileSync(join(folder, 'export.json'), text)
      await expect(bring(folder, { key: null })).rejects.toThrow('The export cannot be used')
    }
  })

  it('a case that went on here, or an organisation that is not here, is refused and nothing changes', async () => {
    await target.pool.query(
      `update fixes set place = place || '\\x00' where recorded_at = (select min(recorded_at) from fixes)`,
    )
    const count = await countRows(target)
    const report = await bring(exported)
    expect(report.refusals).toEqual(
      expect.arrayContaining([expect.stringContaining('is here already, and differs (fixes')]),
    )
    const nowhere = await bring(exported, { into: '00000000-0000-7000-8000-00000000dead' })
    expect(nowhere.refusals[0]).toContain('nobody would see its cases')
    expect(await countRows(target)).toBe(count)
  })
})
