import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRecordKey, type RecordKey } from '../../src/record-key.ts'
import { importCases } from '../../src/transfer/import-cases.ts'
import { writeExport } from '../../src/transfer/write-export.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'

/** Two orders about one woman; each leaves the server before or after she moves. */
let world: TestApp
let key: RecordKey
let offenderId = ''
const place = mkdtempSync(join(tmpdir(), 'hoede-asked-'))
const oldPlace = { longitude: 5.123457, latitude: 52.098763 }
const oldAddress = { text: 'Oude weg 12', ...oldPlace }
const newAddress = { text: 'Nieuwe laan 7', longitude: 5.9, latitude: 52.9 }

beforeAll(async () => {
  world = await createTestApp()
  key = await openRecordKey('5'.repeat(64), '/nowhere')
  offenderId = await make('/v1/persons', { role: 'offender', reference: 'RECL-1' })
})
afterAll(async () => {
  await world.close()
  rmSync(place, { recursive: true })
})

async function make(url: string, body: unknown): Promise<string> {
  const answer = await world.call('supervisor', 'POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

/** `moved` names her alone; `home` has the ban about her old place, and leaves before the move. */
async function leaveAndMove(name: string, moved: object) {
  const victimId = await make('/v1/persons', { role: 'victim', reference: name })
  const order = (reference: string, locationBans: readonly object[]) =>
    make('/v1/protection-orders', {
      reference: `${name}-${reference}`,
      legalBasis: 'liberty-restricting-measure',
      offenderId,
      validFrom: '2026-11-01T00:00:00Z',
      validUntil: '2027-11-01T00:00:00Z',
      locationBans,
      proximityBans: [{ victimId, separationMeters: 1000 }],
    })
  const movedId = await order('MOVED', [])
  const homeId = await order('HOME', [
    { label: 'woning', circle: { ...oldPlace, radiusMeters: 300 } },
  ])
  const home = await take(`${name}-home`, homeId)
  const body = { movedAt: '2026-11-22T00:00:00Z', ...moved }
  await make(`/v1/persons/${victimId}/relocations`, body)
  return { movedId, homeId, home, moved: await take(`${name}-moved`, movedId), victimId }
}

const clock = { nowMs: () => world.clock.timeMs }
const reason = 'overgang'

async function take(name: string, caseId: string): Promise<string> {
  const folder = join(place, name)
  await writeExport(world.database.pool, { folder, caseId, reason, clock, key })
  return folder
}

const bring = (into: TestDatabase, folder: string) =>
  importCases(into.pool, {
    folder,
    key: key.publicKey,
    caseId: null,
    into: null,
    reason,
    clock,
  })

async function asked({ pool }: TestDatabase, orderId: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ what: string }>(
    `select about || ' ' || because as what from relocation_questions where protection_order_id = $1 order by id`,
    [orderId],
  )
  return rows.map(({ what }) => what)
}

describe('a case and a move that meet by an import', () => {
  it('a case that comes is asked about a move that is known here, once and on record', async () => {
    const { home, homeId, moved, movedId, victimId } = await leaveAndMove('SLO-1', {
      oldAddress,
      newAddress,
    })
    const target = await createTestDatabase()
    try {
      expect(await bring(target, moved)).toMatchObject({ importedCount: 1, questionCount: 0 })
      expect(await bring(target, home)).toMatchObject({ importedCount: 1, questionCount: 2 })
      expect(await asked(target, homeId)).toEqual([
        'location-ban names-old',
        'order new-not-protected',
      ])
      const { rows } = await target.pool.query<{ text: string }>(
        `select convert_from(body, 'UTF8') as text from audit_entries`,
      )
      const entries = rows.filter(
        ({ text }) => text.includes('questionCount') && text.includes(homeId),
      )
      expect(entries).toHaveLength(1)
      expect(entries[0]?.text).toContain(victimId)
      // What was asked here stands beside what came, and is no difference.
      const again = { importedCount: 0, hereCount: 1, questionCount: 0, refusals: [] }
      expect(await bring(target, home)).toEqual(again)
      expect(await bring(target, moved)).toEqual(again)
      expect(await asked(target, movedId)).toEqual(['order new-not-protected'])
    } finally {
      await target.drop()
    }
  })

  it('a case that is here is asked about a move that another one brings, also where the old place is not known', async () => {
    const { home, homeId, moved } = await leaveAndMove('SLO-2', {})
    const target = await createTestDatabase()
    try {
      await bring(target, home)
      expect(await bring(target, moved)).toMatchObject({ importedCount: 1, questionCount: 1 })
      expect(await asked(target, homeId)).toEqual(['location-ban old-unknown'])
      expect(await bring(target, moved)).toMatchObject({ hereCount: 1, questionCount: 0 })
    } finally {
      await target.drop()
    }
  })

  it('a case of another organisation is not asked, and hears nothing of the move', async () => {
    const { home, homeId, moved } = await leaveAndMove('SLO-3', { oldAddress, newAddress })
    const target = await createTestDatabase()
    try {
      await bring(target, home)
      const { rows } = await target.pool.query<{ id: string }>(
        `insert into organisations (name) values ('De andere') returning id`,
      )
      await target.pool.query(
        'insert into persons_in (organisation_id, person_id) select $1, id from persons',
        [rows[0]?.id],
      )
      await target.pool.query('update protection_orders set organisation_id = $2 where id = $1', [
        homeId,
        rows[0]?.id,
      ])
      expect(await bring(target, moved)).toMatchObject({ importedCount: 1, questionCount: 0 })
      expect(await asked(target, homeId)).toEqual([])
    } finally {
      await target.drop()
    }
  })
})
