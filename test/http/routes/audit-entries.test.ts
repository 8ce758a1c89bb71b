import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRecordKey, type RecordKey } from '../../../src/record-key.ts'
import { verifyExport } from '../../../src/record/verify-export.ts'
import { createRecordSealer } from '../../../workers/seal-record.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { notesOf } from '../../record/export-text.ts'

let world: TestApp
let folder = ''
let key: RecordKey
let seal: () => Promise<void>

beforeAll(async () => {
  world = await createTestApp()
  folder = mkdtempSync(join(tmpdir(), 'hoede-record-'))
  key = await openRecordKey(null, folder)
  const sealing = { key, witnessPath: null, witnessUrl: null }
  seal = createRecordSealer({ pool: world.database.pool, log: createSilentLog(), ...sealing })
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true })
})

type Entry = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | null>>
  readonly hoede: {
    readonly outcome: string
    readonly door: string
    readonly subjectId: string | null
    readonly by: { readonly kind: string; readonly id: string | null; readonly role: string | null }
    readonly detail: Readonly<Record<string, unknown>>
  }
}

async function entriesOf(query = ''): Promise<readonly Entry[]> {
  const answer = await world.call('auditor', 'GET', `/v1/audit-entries?limit=200${query}`)
  expect(answer.status).toBe(200)
  return (answer.body['items'] as { readonly entry: Entry }[]).map(({ entry }) => entry)
}

async function takeExport(): Promise<readonly string[]> {
  const authorization = `Bearer ${world.tokens.auditor}`
  const url = '/v1/audit-export'
  const answer = await world.app.inject({ method: 'GET', url, headers: { authorization } })
  expect(answer.statusCode).toBe(200)
  return answer.body.split('\n').filter((line) => line !== '')
}

const check = (lines: readonly string[], witnessNotes: readonly string[] | null) =>
  verifyExport(lines, { publicKey: key.publicKey, witnessNotes })

async function makePerson(reference: string): Promise<string> {
  const answer = await world.call('supervisor', 'POST', '/v1/persons', {
    role: 'victim',
    reference,
  })
  return String(answer.body['id'])
}

describe('the record over the API', () => {
  it('a change is found by the person it is about, with who made it, by which door', async () => {
    const personId = await makePerson('RECL-1')
    const [entry, ...more] = await entriesOf(`&subjectId=${personId}`)
    expect(more).toEqual([])
    expect(entry).toMatchObject({
      name: 'createPerson',
      status_code: 'ok',
      attributes: {
        'dpl.core.data_subject_id': personId,
        'dpl.core.data_subject_id_type': 'hoede-person',
      },
      hoede: {
        kind: 'alteration',
        outcome: 'allowed',
        door: 'POST /v1/persons',
        by: { kind: 'api-client', role: 'supervisor' },
      },
    })
    expect(JSON.stringify(entry)).not.toContain('RECL-1')
  })

  it('an order is on record for each of its people, under one trace, and its place is not', async () => {
    const victimId = await makePerson('RECL-2')
    const offender = { role: 'offender', reference: 'RECL-3' }
    const { body } = await world.call('supervisor', 'POST', '/v1/persons', offender)
    const order = await world.call('supervisor', 'POST', '/v1/protection-orders', {
      reference: 'ORDER-1',
      legalBasis: 'liberty-restricting-measure',
      offenderId: body['id'],
      validFrom: '2026-11-01T00:00:00Z',
      validUntil: '2027-01-01T00:00:00Z',
      locationBans: [
        { label: 'home', circle: { longitude: 5.123457, latitude: 52.098763, radiusMeters: 300 } },
      ],
      proximityBans: [{ victimId, separationMeters: 1000, approachMeters: 2000 }],
    })
    const entries = await entriesOf(`&subjectId=${String(order.body['id'])}`)
    expect(entries.map(({ name }) => name)).toEqual([
      'createProtectionOrder',
      'createProtectionOrder',
    ])
    const subjects = entries.map(({ attributes }) => attributes['dpl.core.data_subject_id'])
    expect(subjects).toEqual([body['id'], victimId])
    expect(
      new Set(entries.map((entry) => (entry as Entry & { trace_id: string }).trace_id)).size,
    ).toBe(1)
    expect(JSON.stringify(entries)).not.toMatch(/5\.123|52\.098|ORDER-1/)
  })

  it('a token, a ladder and a refusal are on record; the secret is not', async () => {
    const made = await world.call('administrator', 'POST', '/v1/api-clients', {
      name: 'Desk',
      role: 'operator',
    })
    await world.call('vendor', 'GET', '/v1/persons')
    await waitUntil('the refusal is on record', async () =>
      (await entriesOf()).some(({ name }) => name === 'refuseCallers'),
    )
    const entries = await entriesOf()
    const token = entries.find(({ name }) => name === 'createApiClient')
    expect(token?.hoede).toMatchObject({ subjectId: made.body['id'], detail: { role: 'operator' } })
    expect(JSON.stringify(entries)).not.toContain(String(made.body['token']))
    const refusal = entries.find(({ name }) => name === 'refuseCallers')
    expect(refusal).toMatchObject({ status_code: 'unset', hoede: { outcome: 'refused' } })
  })

  it('reading the record is on record, and entries are found by time', async () => {
    const before = (await entriesOf()).length
    const after = await entriesOf()
    expect(after.length).toBe(before + 1)
    expect(after.at(-1)).toMatchObject({ name: 'listAuditEntries' })
    const later = new Date(world.clock.timeMs + 60_000).toISOString()
    expect(await entriesOf(`&from=${later}`)).toEqual([])
    expect((await entriesOf(`&until=${later}`)).length).toBeGreaterThan(after.length - 1)
  })

  it('entries come in pages without a gap or a repetition', async () => {
    const indexes: number[] = []
    let cursor = ''
    for (let page = 0; page < 50; page += 1) {
      const url = `/v1/audit-entries?limit=3${cursor}`
      const { body } = await world.call('auditor', 'GET', url)
      const items = body['items'] as { readonly index: number }[]
      indexes.push(...items.map(({ index }) => index))
      if (body['nextCursor'] === null || indexes.length > 12) break
      cursor = `&cursor=${body['nextCursor'] as string}`
    }
    expect(indexes).toEqual(indexes.map((_, place) => place))
  })

  it('acts at the same moment have places without a gap', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, place) => makePerson(`together-${place}`)))
    const { rows } = await world.database.pool.query<{ gaps: number }>(
      'select (max(index) + 1 - count(*))::int as gaps from audit_entries',
    )
    expect(rows).toEqual([{ gaps: 0 }])
  })
})

describe('the record against whoever owns the database', () => {
  it('an entry that the owner rewrites after its head is found, and signed by nobody again', async () => {
    const { pool } = world.database
    await seal()
    await makePerson('RECL-8')
    await seal()
    const whole = await takeExport()
    const kept = notesOf(whole)
    expect(kept.length).toBeGreaterThanOrEqual(2)
    expect(check(whole, kept)).toMatchObject({ faultCount: 0 })

    for (const sql of [
      'update audit_entries set body = body',
      'delete from audit_entries',
      'truncate audit_entries',
      'delete from audit_heads',
    ]) {
      await expect(pool.query(sql)).rejects.toThrow('only ever added to')
    }
    await pool.query(`alter table audit_entries disable trigger audit_entries_stay;
      update audit_entries set
        body = convert_to(replace(convert_from(body, 'UTF8'), 'createPerson', 'listPersons'), 'UTF8')
       where index = 0;
      update audit_entries set leaf_hash = sha256('\\x00'::bytea || body) where index = 0;
      alter table audit_entries enable trigger audit_entries_stay`)
    expect(check(await takeExport(), kept).faultCount).toBeGreaterThan(0)
    expect(check(await takeExport(), null).faultCount).toBeGreaterThan(0)
  })
})
